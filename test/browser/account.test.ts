/** The person's own page in a real Chromium: what is connected, the ways out, what Back shows afterwards, and all without script. */
import t from 'tap'
import { startHouse } from '../support/house-of-npm-start.ts'
import { callTool } from '../support/rpc.ts'
import { openApp } from './app.ts'
import { openChromium } from './chromium.ts'
import { allowAndLogIn, allowLoggedIn, heading, logIn, press, signIn } from './steps.ts'
import { beginVisit } from './visit.ts'

const house = await startHouse(t)
const origin = `http://localhost:${house.port}`
const chromium = await openChromium(t)

t.test(
  'an app that is connected is seen, and its token is 401 once it is disconnected',
  async (t) => {
    const claude = await openApp(t, origin)
    const cursor = await openApp(t, origin, 'Cursor')
    const { page, complaints } = await beginVisit(chromium)
    await signIn(page, origin, 'ender')
    t.match(await page.locator('main').innerText(), 'No app is connected.')
    const tokens: string[] = []
    for (const app of [claude, cursor]) {
      const asked = app.ask()
      await allowLoggedIn(page, asked.url)
      tokens.push((await app.tokens(asked, await app.arrival(page))).access_token)
    }
    const [first = '', second = ''] = tokens

    await page.goto(`${origin}/account`)
    const card = page.getByRole('article', { name: 'Claude' })
    const facts = await card.innerText()
    t.match(facts, new URL(claude.client.redirectUri).host)
    t.match(facts, 'read your student record')
    t.equal((await callTool(house.url, first)).status, 200)
    await card.getByRole('button').click()
    await page.waitForURL(`${origin}/account`)
    t.match(await page.getByRole('status').innerText(), 'The app is disconnected.')
    t.same(await page.getByRole('article').count(), 1)
    t.equal((await callTool(house.url, first)).status, 401)
    t.equal((await callTool(house.url, second)).status, 200, 'the other one stays')
    await page.reload()
    t.equal(await page.getByRole('status').count(), 0, 'said once')
    await press(page, 'Disconnect all apps')
    t.match(await page.locator('main').innerText(), 'No app is connected.')
    t.equal((await callTool(house.url, second)).status, 401)
    t.same(complaints, [])
  },
)

t.test('after signing out Back shows nothing of the person', async (t) => {
  const { page, complaints } = await beginVisit(chromium)
  await signIn(page, origin, 'ender')
  t.match(await page.locator('main').innerText(), 'Signed in as Ender Wiggin')
  await press(page, 'Sign out of this page')
  await page.waitForURL(`${origin}/signed-out`)
  t.equal(await heading(page), 'You are signed out of this page')
  await page.goBack()
  t.equal(page.url(), `${origin}/account`)
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  t.notMatch(await page.content(), /Ender|BS-2401/)
  await page.goto(`${origin}/signed-out`)
  t.equal(await heading(page), 'Nobody signed out here just now')
  t.same(complaints, [])
})

t.test('signed out everywhere: in another browser too, and at the provider', async (t) => {
  const app = await openApp(t, origin)
  const elsewhere = await beginVisit(chromium)
  await signIn(elsewhere.page, origin, 'bean')
  const { page, complaints } = await beginVisit(chromium)
  const asked = app.ask()
  await allowAndLogIn(page, asked.url, 'bean')
  const { access_token } = await app.tokens(asked, await app.arrival(page))
  await page.goto(`${origin}/account`)
  await press(page, 'Sign in')
  await page.waitForURL(`${origin}/account`)
  await press(page, 'Sign out everywhere')
  t.equal(await heading(page), 'Do you want to log out?')
  t.equal((await callTool(house.url, access_token)).status, 401, 'ours has ended already')
  await press(page, 'Log out')
  await page.waitForURL(`${origin}/signed-out?**`)
  t.equal(await heading(page), 'You are signed out everywhere')
  await elsewhere.page.reload()
  t.ok(await elsewhere.page.getByRole('button', { name: 'Sign in' }).isVisible())
  await page.goto(`${origin}/account`)
  await press(page, 'Sign in')
  t.equal(await heading(page), 'Log in to Battle School', 'the provider asks again')
  t.same([...complaints, ...elsewhere.complaints], [])
})

t.test(
  'RFC 6265bis §4.1.2: on loopback without TLS the cookies are this host’s, HttpOnly and Lax',
  async (t) => {
    const app = await openApp(t, origin)
    const { context, page } = await beginVisit(chromium)
    await signIn(page, origin, 'ender')
    await page.goto(app.ask().url.href)
    const cookies = await context.cookies(`${origin}/`)
    const ours = cookies.filter(({ name }) => name.startsWith('bsg-'))
    t.same(ours.map(({ name }) => name.replace(/-[\w-]{22}$/, '')).sort(), [
      'bsg-account',
      'bsg-authorize',
    ])
    for (const cookie of ours) {
      const { domain, path, httpOnly, sameSite, secure } = cookie
      t.match(
        { domain, path, httpOnly, sameSite, secure },
        { domain: 'localhost', path: '/', httpOnly: true, sameSite: 'Lax', secure: false },
        cookie.name,
      )
    }
  },
)

t.test('without script: connect, look, disconnect, sign out everywhere', async (t) => {
  const app = await openApp(t, origin)
  const { page, complaints } = await beginVisit(chromium, { javaScriptEnabled: false })
  const asked = app.ask()
  await allowAndLogIn(page, asked.url, 'bonzo')
  const { access_token } = await app.tokens(asked, await app.arrival(page))
  t.equal((await callTool(house.url, access_token)).status, 200)

  await page.goto(`${origin}/account`)
  await press(page, 'Sign in')
  await page.waitForURL(`${origin}/account`)
  t.match(await page.locator('main').innerText(), 'Signed in as Bonzo Madrid')
  await press(page, 'Disconnect “Claude”')
  t.match(await page.getByRole('status').innerText(), 'The app is disconnected.')
  t.equal((await callTool(house.url, access_token)).status, 401)

  await press(page, 'Sign out everywhere')
  await press(page, 'Log out')
  await page.waitForURL(`${origin}/signed-out?**`)
  t.equal(await heading(page), 'You are signed out everywhere')
  await page.getByRole('link', { name: 'Go to your account page' }).click()
  await press(page, 'Sign in')
  await logIn(page, 'bonzo')
  await page.waitForURL(`${origin}/account`)
  t.match(await page.locator('main').innerText(), 'No app is connected.')
  t.same(complaints, [])
})
