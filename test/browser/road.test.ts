/** The road of an AI client in a real Chromium, whose cookies, redirects, policies and Back button nobody has imitated. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { startHouse } from '../support/house-of-npm-start.ts'
import { callTool } from '../support/rpc.ts'
import { type App, type Asked, openApp } from './app.ts'
import { openChromium } from './chromium.ts'
import { allowAndLogIn, heading, logIn, press } from './steps.ts'
import { beginVisit } from './visit.ts'

const house = await startHouse(t)
const origin = `http://localhost:${house.port}`
const chromium = await openChromium(t)

async function works(t: Test, app: App, asked: Asked, page: Page): Promise<void> {
  const arrived = await app.arrival(page)
  t.equal(arrived.get('state'), asked.state)
  t.equal(arrived.get('iss'), origin, 'RFC 9207 §2')
  const { access_token } = await app.tokens(asked, arrived)
  const answer = await callTool(house.url, access_token)
  t.match(answer, { status: 200, result: { structuredContent: { id: 'BS-2401' } } })
}

t.test('C38: Allow leads through the login to the client, and a tool call works', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints } = await beginVisit(chromium)
  const asked = app.ask()
  await page.goto(asked.url.href)
  t.match(await heading(page), 'Allow “Claude” to use your Battle School data?')
  const text = await page.locator('main').innerText()
  t.match(text, new URL(app.client.redirectUri).host)
  t.match(text, 'read your student record')
  await press(page, 'Allow')
  t.equal(await heading(page), 'Log in to Battle School')
  await logIn(page, 'ender', 'wrong')
  t.match(await page.getByRole('alert').innerText(), 'Username or password is wrong.')
  await logIn(page, 'ender')
  await works(t, app, asked, page)
  t.same(complaints, [])
})

t.test('the keyboard alone leads to the client', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints } = await beginVisit(chromium)
  const asked = app.ask()
  await page.goto(asked.url.href)
  await page.keyboard.press('Tab')
  t.equal(await page.locator(':focus').innerText(), 'Allow', 'the first stop')
  await page.keyboard.press('Enter')
  await page.getByLabel('Username').waitFor()
  t.equal(await page.locator(':focus').getAttribute('name'), 'username', 'where one types at once')
  await page.keyboard.type('ender')
  await page.keyboard.press('Tab')
  await page.keyboard.type('battle-school')
  await page.keyboard.press('Enter')
  await works(t, app, asked, page)
  t.same(complaints, [])
})

t.test('a login that is open already is confirmed, changed, or not used', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints } = await beginVisit(chromium)
  const first = app.ask()
  await allowAndLogIn(page, first.url, 'ender')
  await works(t, app, first, page)
  // The provider says by the second when somebody logged in.
  await wait(1_000)

  const again = app.ask()
  await page.goto(again.url.href)
  await press(page, 'Allow')
  t.match(await heading(page), 'You are already logged in as Ender Wiggin')
  await press(page, 'Continue as Ender Wiggin')
  await works(t, app, again, page)

  const other = app.ask()
  await page.goto(other.url.href)
  await press(page, 'Allow')
  await press(page, 'Use another account')
  await logIn(page, 'bean')
  const { access_token } = await app.tokens(other, await app.arrival(page))
  const bean = await callTool(house.url, access_token)
  t.match(bean, { result: { structuredContent: { id: 'BS-2507' } } })

  await wait(1_000)
  await page.goto(app.ask().url.href)
  await press(page, 'Allow')
  t.match(await heading(page), 'Bean')
  await press(page, 'Cancel')
  t.equal((await app.arrival(page)).get('error'), 'access_denied')
  t.same(complaints, [])
})

t.test('RFC 6749 §4.1.2.1: Cancel, here or at the login, is access_denied', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints } = await beginVisit(chromium)
  for (const atLogin of [false, true]) {
    const asked = app.ask()
    await page.goto(asked.url.href)
    if (atLogin) await press(page, 'Allow')
    await press(page, 'Cancel')
    const arrived = await app.arrival(page)
    t.match(Object.fromEntries(arrived), {
      error: 'access_denied',
      state: asked.state,
      iss: origin,
    })
    t.notOk(arrived.has('code'))
  }
  t.same(complaints, [])
})

t.test('who is not enrolled is told whom to ask, and goes back to the client', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints, statuses } = await beginVisit(chromium)
  const asked = app.ask()
  await allowAndLogIn(page, asked.url, 'valentine')
  await page.waitForURL(`${origin}/callback?**`)
  t.equal(await heading(page), 'You are not enrolled in Battle School')
  t.equal(statuses.get(page.url()), 403)
  t.match(await page.locator('main').innerText(), 'Colonel Graff')
  await page.getByRole('link', { name: 'Return to the app' }).click()
  const arrived = await app.arrival(page)
  t.match(Object.fromEntries(arrived), { error: 'access_denied', state: asked.state })
  t.same(complaints, [])
})

t.test('Back from the login: the same question again, and it can be answered', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints } = await beginVisit(chromium)
  const asked = app.ask()
  await page.goto(asked.url.href)
  await press(page, 'Allow')
  t.equal(await heading(page), 'Log in to Battle School')
  await page.goBack()
  t.match(await heading(page), 'Allow “Claude”')
  await press(page, 'Allow')
  await logIn(page, 'ender')
  await works(t, app, asked, page)
  t.same(complaints, [])
})

t.test('Back from the client: each page says what it is, and none fails', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints, statuses } = await beginVisit(chromium)
  const asked = app.ask()
  await allowAndLogIn(page, asked.url, 'ender')
  await works(t, app, asked, page)
  await page.goBack()
  t.match(await page.locator('body').innerText(), 'This login is over')
  await page.goBack()
  t.match(await heading(page), 'Allow “Claude”')

  await wait(1_000)
  await press(page, 'Allow')
  t.match(await heading(page), 'You are already logged in as')
  const answered = page.url()
  await press(page, /^Continue as/)
  await works(t, app, asked, page)
  await page.goBack()
  t.equal(page.url(), answered)
  t.equal(await heading(page), 'This page cannot be used here', 'its cookie is gone')
  t.match(await page.locator('main').innerText(), 'It was used already')
  t.equal(statuses.get(answered), 400)
  t.same(complaints, [])
})

t.test('C40: the same question in two tabs: each is answered by itself', async (t) => {
  const app = await openApp(t, origin)
  const { context, page, complaints } = await beginVisit(chromium)
  const asked = app.ask()
  const other = await context.newPage()
  for (const tab of [page, other]) await tab.goto(asked.url.href)
  for (const tab of [page, other]) await press(tab, 'Allow')
  for (const tab of [page, other]) {
    t.equal(await heading(tab), 'Log in to Battle School')
    await logIn(tab, 'ender')
    await works(t, app, asked, tab)
  }
  t.same(complaints, [])
})

t.test('two presses on Allow are one', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints } = await beginVisit(chromium)
  const asked = app.ask()
  await page.goto(asked.url.href)
  await page.getByRole('button', { name: 'Allow' }).dblclick()
  await page.getByLabel('Username').waitFor()
  t.equal(await heading(page), 'Log in to Battle School')
  await logIn(page, 'ender')
  await works(t, app, asked, page)
  t.same(complaints, [])
})
