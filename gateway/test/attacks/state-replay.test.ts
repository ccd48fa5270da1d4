/** What was used once is brought again: the callback's state, the sealed form, the person page (RFC 9700 §4.7). */
import t from 'tap'
import { authorizationUrl, openDoor } from '../support/door.ts'

t.test('state replay: a callback is taken once, whatever cookie comes with it', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const toProvider = await browser.submit(await browser.get(authorizationUrl(client).url), 'allow')
  const cookies = new Map(browser.cookies)
  t.match((await browser.comeBack(toProvider)).headers.location, /code=bsg_ac_/)
  t.equal((await browser.comeBack(toProvider)).statusCode, 400, 'the cookie is gone')
  for (const [name, value] of cookies) browser.cookies.set(name, value)
  for (const more of [{ code: 'upstream-code' }, { code: 'another' }, { error: 'x' }]) {
    const again = await browser.comeBack(toProvider, more as Record<string, string>)
    t.equal(again.statusCode, 400, 'the cookie is kept')
    t.equal(again.headers.location, undefined)
  }
  t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
})

t.test('state replay: of ten equal callbacks at once one gives a code', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const toProvider = await browser.submit(await browser.get(authorizationUrl(client).url), 'allow')
  const answers = await Promise.all(Array.from({ length: 10 }, () => browser.comeBack(toProvider)))
  const codes = answers.filter(({ headers }) => /code=bsg_ac_/.test(String(headers.location)))
  t.equal(codes.length, 1)
  t.equal(answers.filter(({ statusCode }) => statusCode === 400).length, 9)
  t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
})

t.test('state replay: a callback that failed is not tried again', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const toProvider = await browser.submit(await browser.get(authorizationUrl(client).url), 'allow')
  const cookies = new Map(browser.cookies)
  const declined = await browser.comeBack(toProvider, { error: 'access_denied' })
  t.match(declined.headers.location, /error=access_denied/)
  for (const [name, value] of cookies) browser.cookies.set(name, value)
  t.equal((await browser.comeBack(toProvider)).statusCode, 400)
  t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
})

t.test('state replay: after LOGIN_TTL a state is none', async (t) => {
  const door = await openDoor(t)
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(await door.register()).url)
  const toProvider = await browser.submit(page, 'allow')
  door.clock.now += (door.config.LOGIN_TTL + 1) * 1000
  t.equal((await browser.comeBack(toProvider)).statusCode, 400)
})

t.test('state replay: the consent form is taken once', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(client).url)
  const [name, value] = [...browser.cookies][0] ?? ['', '']
  t.equal((await browser.submit(page, 'allow')).statusCode, 303)
  browser.cookies.set(name, value)
  for (const decision of ['allow', 'cancel']) {
    const again = await browser.submit(page, decision)
    t.equal(again.statusCode, 400, decision)
    t.equal(again.headers.location, undefined, decision)
  }
})

t.test('state replay: ten submissions of one consent form at once start one login', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(client).url)
  const answers = await Promise.all(Array.from({ length: 10 }, () => browser.submit(page, 'allow')))
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.equal(answers.filter(({ statusCode }) => statusCode === 400).length, 9)
})

t.test('state replay: ten answers of one person page at once give one code', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { browser, page } = await door.askWho(client)
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => browser.submit(page, 'continue')),
  )
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
})

t.test(
  'state replay: two pages of one pushed request are one question (RFC 9126 §7.3)',
  async (t) => {
    const door = await openDoor(t)
    const { client_id, ...client } = await door.register()
    const { url } = authorizationUrl({ client_id, ...client })
    const pushed = await door.post('/par', url.slice(url.indexOf('?') + 1))
    t.equal(pushed.statusCode, 201)
    const { request_uri } = pushed.json<{ request_uri: string }>()
    const address = `/authorize?${new URLSearchParams({ client_id, request_uri })}`
    const browser = door.browser()
    const pages = [await browser.get(address), await browser.get(address)]
    t.same(
      pages.map(({ statusCode }) => statusCode),
      [200, 200],
      'a page fetched twice is no replay',
    )
    const answers = await Promise.all(pages.map((page) => browser.submit(page, 'allow')))
    t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, 400])
    t.equal((await browser.get(address)).statusCode, 400, 'and it is used up')
  },
)
