/** The instructor's page in a real Chromium: who waits is approved or refused, and what is connected is ended. */
import t from 'tap'
import { startHouse } from '../support/house-of-npm-start.ts'
import { callTool } from '../support/rpc.ts'
import { openApp } from './app.ts'
import { APPROVAL } from './approval.ts'
import { openChromium } from './chromium.ts'
import { allowAndLogIn, allowLoggedIn, heading, logIn, press, signIn } from './steps.ts'
import { beginVisit } from './visit.ts'

const chromium = await openChromium(t)

t.test(
  'a student sees no people; an instructor finds a student’s apps and ends them',
  async (t) => {
    const house = await startHouse(t)
    const origin = `http://localhost:${house.port}`
    const app = await openApp(t, origin)
    const student = await beginVisit(chromium)
    const tokens: string[] = []
    const asked = app.ask()
    await allowAndLogIn(student.page, asked.url, 'ender')
    tokens.push((await app.tokens(asked, await app.arrival(student.page))).access_token)
    await student.page.goto(`${origin}/account`)
    await press(student.page, 'Sign in')
    await student.page.waitForURL(`${origin}/account`)
    t.equal(await student.page.getByRole('link', { name: /^People/ }).count(), 0)
    await student.page.goto(`${origin}/account/people`)
    t.equal(await heading(student.page), 'This page is for instructors')

    const { page, complaints } = await beginVisit(chromium)
    await signIn(page, origin, 'graff')
    await page.getByRole('link', { name: /^People/ }).click()
    t.equal(await heading(page), 'People')
    t.match(await page.locator('main').innerText(), 'Nobody is waiting.')
    await page.getByRole('textbox', { name: 'Student number' }).fill('BS-9999')
    await press(page, 'Find: Student number')
    t.match(await page.getByRole('status').innerText(), 'Nobody with that student number')
    await page.getByRole('textbox', { name: 'Student number' }).fill('BS-2401')
    await press(page, 'Find: Student number')
    const row = page.getByRole('row', { name: /Claude/ })
    t.match(await row.innerText(), 'BS-2401')
    await row.getByRole('link', { name: '“Claude”' }).click()
    t.match(page.url(), /\?client=/)
    await page.getByRole('link', { name: 'BS-2401' }).click()
    t.match(page.url(), /\?person=/)
    await press(page, 'Disconnect all apps of this person')
    t.match(await page.getByRole('status').innerText(), 'disconnected')
    t.equal((await callTool(house.url, String(tokens[0]))).status, 401)
    t.match(await page.locator('main').innerText(), 'No app is connected.')
    t.same([...complaints, ...student.complaints], [])
  },
)

t.test('UNKNOWN_PEOPLE=approval: who waits is approved, or refused, and told so', async (t) => {
  const house = await startHouse(t, APPROVAL)
  const origin = `http://localhost:${house.port}`
  const app = await openApp(t, origin)
  const ender = await beginVisit(chromium)
  const bean = await beginVisit(chromium)
  for (const [visit, name] of [
    [ender, 'ender'],
    [bean, 'bean'],
  ] as const) {
    await allowAndLogIn(visit.page, app.ask().url, name)
    await visit.page.waitForURL(`${origin}/callback?**`)
    t.equal(await heading(visit.page), 'An instructor has to approve you first')
    await visit.page.getByRole('link', { name: 'Return to the app' }).click()
    t.equal((await app.arrival(visit.page)).get('error'), 'access_denied')
  }

  const { page, complaints } = await beginVisit(chromium)
  await signIn(page, origin, 'graff')
  await page.getByRole('link', { name: /^People/ }).click()
  const row = (name: string) => page.getByRole('row', { name })
  await row('Ender Wiggin').getByLabel('Student number').fill('BS-9999')
  await row('Ender Wiggin')
    .getByRole('button', { name: /^Approve/ })
    .click()
  t.match(await page.getByRole('status').innerText(), 'No student has that number.')
  await row('Ender Wiggin')
    .getByRole('button', { name: /^Approve/ })
    .click()
  t.match(await page.getByRole('status').innerText(), 'Approved.')
  t.equal(await row('Ender Wiggin').count(), 0)
  await row('Bean Delphiki')
    .getByRole('button', { name: /^Refuse/ })
    .click()
  t.match(await page.getByRole('status').innerText(), 'Refused.')
  t.match(await page.locator('main').innerText(), 'Nobody is waiting.')

  const asked = app.ask()
  await allowLoggedIn(ender.page, asked.url)
  t.match((await app.tokens(asked, await app.arrival(ender.page))).access_token, /^bsg_at_/)

  await bean.context.clearCookies()
  await bean.page.goto(`${origin}/account`)
  await press(bean.page, 'Sign in')
  await logIn(bean.page, 'bean')
  await bean.page.waitForURL(`${origin}/callback?**`)
  t.equal(await heading(bean.page), 'You are not enrolled in Battle School')
  t.match(await bean.page.locator('main').innerText(), 'declined to enrol you')
  t.same([...complaints, ...ender.complaints, ...bean.complaints], [])
})
