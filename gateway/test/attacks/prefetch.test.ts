/** Browsers, extensions and link scanners fetch a page before, beside and instead of the person (C33; fastmcp #4814). */
import t from 'tap'
import { authorizationUrl, type Browser, openDoor, sealedRequest } from '../support/door.ts'

t.test('prefetch: C33 GET /authorize writes nothing and needs no cookie', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const writes: string[] = []
  const verbs = ['put', 'claim', 'open', 'consume', 'extend', 'replace', 'drop', 'count'] as const
  for (const verb of verbs) {
    const original = door.store[verb].bind(door.store) as (...args: unknown[]) => unknown
    t.intercept(door.store, verb, {
      value: (...args: unknown[]) => {
        writes.push(verb)
        return original(...args)
      },
    })
  }
  const { url } = authorizationUrl(client)
  for (const headers of [
    {},
    { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-dest': 'document' },
    { purpose: 'prefetch', 'x-moz': 'prefetch' },
    { 'user-agent': 'Slackbot-LinkExpanding 1.0', accept: '*/*' },
  ] as Record<string, string>[]) {
    const page = await door.app.inject({ url, headers })
    t.equal(page.statusCode, 200, JSON.stringify(headers))
    t.equal(page.headers['cache-control'], 'no-store', 'it is fetched anew for the person')
  }
  t.equal((await door.app.inject({ method: 'HEAD', url })).statusCode, 200)
  t.same(writes, [])
  t.same(door.upstream.logins, [])
})

t.test('double GET of the page: either of the two may be answered', async (t) => {
  const door = await openDoor(t)
  const { url } = authorizationUrl(await door.register())
  const answered = async (which: 0 | 1, get: (browser: Browser) => Promise<unknown[]>) => {
    const browser = door.browser()
    const pages = (await get(browser)) as Awaited<ReturnType<Browser['get']>>[]
    t.not(sealedRequest(pages[0] as never), sealedRequest(pages[1] as never))
    const page = pages[which]
    if (page === undefined) throw new Error('two pages were asked for')
    return browser.comeBack(await browser.submit(page, 'allow'))
  }
  const inTurn = async (browser: Browser) => [await browser.get(url), await browser.get(url)]
  const atOnce = (browser: Browser) => Promise.all([browser.get(url), browser.get(url)])
  for (const get of [inTurn, atOnce]) {
    for (const which of [0, 1] as const) {
      t.match((await answered(which, get)).headers.location, /code=bsg_ac_/)
    }
  }
})

t.test('double GET of the page: nineteen in turn, and the person’s still works', async (t) => {
  const door = await openDoor(t)
  const { url } = authorizationUrl(await door.register())
  for (let times = 0; times < 19; times++) {
    const browser = door.browser()
    const page = await browser.get(url)
    await browser.request({ url, headers: { 'sec-purpose': 'prefetch' } })
    const back = await browser.comeBack(await browser.submit(page, 'allow'))
    t.match(back.headers.location, /code=bsg_ac_/)
  }
})

t.test(
  'prefetch: a page loaded again while the person is at the provider harms nothing',
  async (t) => {
    const door = await openDoor(t)
    const { url } = authorizationUrl(await door.register())
    const browser = door.browser()
    const toProvider = await browser.submit(await browser.get(url), 'allow')
    for (let times = 0; times < 3; times++) await browser.get(url)
    t.match((await browser.comeBack(toProvider)).headers.location, /code=bsg_ac_/)
  },
)

t.test('prefetch: a link scanner that follows the provider’s link takes nothing', async (t) => {
  const door = await openDoor(t)
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(await door.register()).url)
  const toProvider = await browser.submit(page, 'allow')
  for (let times = 0; times < 3; times++) {
    t.equal((await door.browser().comeBack(toProvider)).statusCode, 400)
  }
  t.match((await browser.comeBack(toProvider)).headers.location, /code=bsg_ac_/)
})
