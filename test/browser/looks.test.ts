/** Every page that a person can come to, in English and Korean, looked at and measured in a real Chromium. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import t from 'tap'
import { type StartedHouse, startHouse } from '../support/house-of-npm-start.ts'
import { openApp } from './app.ts'
import { APPROVAL } from './approval.ts'
import { openChromium } from './chromium.ts'
import { look } from './looks.ts'
import { PASSWORD } from './steps.ts'
import { beginVisit, type Visit } from './visit.ts'

const PROVIDERS = JSON.stringify([
  {
    id: 'fleet',
    name: { en: 'The fleet', ko: '함대' },
    issuer: 'http://localhost:9',
    client_id: 'mcp-gateway',
    client_secret: 'what-the-fleet-gave-you',
    email_domains: ['fleet.example'],
  },
])

const chromium = await openChromium(t)
const house = await startHouse(t)
const approving = await startHouse(t, { ...APPROVAL, PROVIDERS })
const originOf = ({ port }: StartedHouse) => `http://localhost:${port}`

/** By what a button means, in whatever language it says it. */
const press = (page: Page, value: string) =>
  page.locator(`button[value="${value}"]`).first().click()

async function logIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.locator('#username').fill(username)
  await page.locator('#password').fill(password)
  await press(page, 'login')
}

async function beginInstructorsVisit(origin: string, locale: string): Promise<Visit> {
  const visit = await beginVisit(chromium, { locale })
  const { page } = visit
  await page.goto(`${origin}/account`)
  await press(page, 'default')
  await logIn(page, 'graff')
  await page.waitForURL(`${origin}/account`)
  return visit
}

for (const [locale, tag] of [
  ['en', 'en-US'],
  ['ko', 'ko-KR'],
] as const) {
  t.test(`${locale}: the road of a client`, async (t) => {
    const origin = originOf(house)
    const app = await openApp(t, origin)
    const visit = await beginVisit(chromium, { locale: tag })
    const { page } = visit
    const asked = app.ask()
    await page.goto(asked.url.href)
    await look(t, visit, locale, 'consent')
    await press(page, 'allow')
    await look(t, visit, locale, 'login')
    const login = page.url()
    await logIn(page, 'ender', 'wrong')
    await page.getByRole('alert').waitFor()
    await look(t, visit, locale, 'login-failed')
    await logIn(page, 'ender')
    await app.arrival(page)
    await page.goto(login)
    await look(t, visit, locale, 'login-over')
    // The provider says by the second when somebody logged in.
    await wait(1_000)
    await page.goto(asked.url.href)
    await press(page, 'allow')
    await page.waitForURL(`${origin}/callback?**`)
    await look(t, visit, locale, 'person')
    await press(page, 'continue')
    await app.arrival(page)
    await page.goBack()
    await look(t, visit, locale, 'error-used')

    const long = await openApp(t, origin, `${'Wide'.repeat(25)} app`)
    await page.goto(long.ask().url.href)
    await look(t, visit, locale, 'consent-long-name')
    await page.goto(`${origin}/authorize?client_id=nobody`)
    await look(t, visit, locale, 'error-unknown-client')
    const astray = app.ask().url
    astray.searchParams.set('redirect_uri', 'https://elsewhere.example/callback')
    await page.goto(astray.href)
    await look(t, visit, locale, 'error-redirect-uri')

    const stranger = await beginVisit(chromium, { locale: tag })
    await stranger.page.goto(asked.url.href)
    await press(stranger.page, 'allow')
    await logIn(stranger.page, 'valentine')
    await stranger.page.waitForURL(`${origin}/callback?**`)
    await look(t, stranger, locale, 'not-enrolled')
    t.same([...visit.complaints, ...stranger.complaints], [])
  })

  t.test(`${locale}: the person’s own page, and the instructor’s`, async (t) => {
    const origin = originOf(house)
    const app = await openApp(t, origin)
    const visit = await beginVisit(chromium, { locale: tag })
    const { page } = visit
    const asked = app.ask()
    await page.goto(asked.url.href)
    await press(page, 'allow')
    await logIn(page, 'ender')
    await app.tokens(asked, await app.arrival(page))
    await page.goto(`${origin}/`)
    await look(t, visit, locale, 'front')
    await page.goto(`${origin}/account`)
    await look(t, visit, locale, 'sign-in')
    await press(page, 'default')
    await page.waitForURL(`${origin}/account`)
    await look(t, visit, locale, 'account')

    const graff = await beginInstructorsVisit(origin, tag)
    await look(t, graff, locale, 'account-instructor')
    await graff.page.goto(`${origin}/account/people`)
    await look(t, graff, locale, 'people')
    await graff.page.goto(`${origin}/account/people?student=BS-2401`)
    await look(t, graff, locale, 'people-student')

    await press(page, 'all')
    await page.getByRole('status').waitFor()
    await look(t, visit, locale, 'account-empty')
    await page.goto(`${origin}/account/people`)
    await look(t, visit, locale, 'error-instructors-only')
    await page.goto(`${origin}/account`)
    await press(page, 'here')
    await page.waitForURL(`${origin}/signed-out`)
    await look(t, visit, locale, 'signed-out')
    await page.reload()
    await look(t, visit, locale, 'signed-out-nobody')
    await graff.page.goto(`${origin}/account`)
    await press(graff.page, 'everywhere')
    await look(t, graff, locale, 'login-log-out')
    await press(graff.page, 'yes')
    await graff.page.waitForURL(`${origin}/signed-out?**`)
    await look(t, graff, locale, 'signed-out-everywhere')
    t.same([...visit.complaints, ...graff.complaints], [])
  })

  t.test(`${locale}: several providers, and people who have to be approved`, async (t) => {
    const origin = originOf(approving)
    const app = await openApp(t, origin)
    const visit = await beginVisit(chromium, { locale: tag })
    const { page } = visit
    await page.goto(app.ask().url.href)
    await look(t, visit, locale, 'consent-providers')
    await press(page, 'allow')
    await page.getByRole('alert').last().waitFor()
    await look(t, visit, locale, 'consent-providers-open')
    await page.locator('input[value=default]').check()
    await press(page, 'allow')
    const name = locale === 'en' ? 'bean' : 'dink'
    await logIn(page, name)
    await page.waitForURL(`${origin}/callback?**`)
    await look(t, visit, locale, 'waiting')
    await page.goto(`${origin}/account`)
    await look(t, visit, locale, 'sign-in-providers')
    await press(page, 'default')
    await page.waitForURL(`${origin}/callback?**`)
    await look(t, visit, locale, 'waiting-account')

    const graff = await beginInstructorsVisit(origin, tag)
    await graff.page.goto(`${origin}/account/people`)
    await look(t, graff, locale, 'people-waiting')
    const from = await graff.page.getByRole('rowheader').innerText()
    t.match(from, `localhost:${approving.port + 2}`, 'the provider by its name')
    await press(graff.page, 'refuse')
    await graff.page.getByRole('status').waitFor()
    t.same([...visit.complaints, ...graff.complaints], [])
  })
}
