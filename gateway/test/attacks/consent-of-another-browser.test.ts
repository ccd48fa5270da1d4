/** Somebody agrees in their own browser and lets another person finish, whose data they then get (CVE-2026-27124). */
import t from 'tap'
import { authorizationUrl, openDoor } from '../support/door.ts'

t.test(
  'consent of one browser finished in another: the form that one was shown is none for the other (CVE-2026-27124)',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const victim = door.browser()
    const attacker = door.browser()
    const page = await attacker.get(authorizationUrl(client).url)
    t.equal((await victim.submit(page, 'allow')).statusCode, 400, 'without a cookie')
    await victim.get(authorizationUrl(client).url)
    t.equal((await victim.submit(page, 'allow')).statusCode, 400, 'with a page of its own')
    t.same(door.upstream.logins, [])
  },
)

t.test(
  'consent of one browser finished in another: the callback comes from the browser that consented (RFC 9700 §4.7)',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const attacker = door.browser()
    const toProvider = await attacker.submit(
      await attacker.get(authorizationUrl(client).url),
      'allow',
    )
    const stranger = await door.browser().comeBack(toProvider)
    t.equal(stranger.statusCode, 400, 'a browser that was never here')
    const victim = door.browser()
    const own = await victim.submit(await victim.get(authorizationUrl(client).url), 'allow')
    const finished = await victim.comeBack(toProvider)
    t.equal(finished.statusCode, 400, 'one with a login of its own')
    t.equal(finished.headers.location, undefined)
    t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
    t.equal((await victim.comeBack(own)).statusCode, 303, 'whose own login goes on')
    const back = await attacker.comeBack(toProvider)
    t.equal(back.statusCode, 303, 'and the attempts did not use the first one up')
  },
)

t.test(
  'consent of one browser finished in another: a cookie is good for its own only',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const [attacker, victim] = [door.browser(), door.browser()]
    const theirs = await attacker.submit(await attacker.get(authorizationUrl(client).url), 'allow')
    const state = new URL(String(theirs.headers.location)).searchParams.get('state')
    await victim.submit(await victim.get(authorizationUrl(client).url), 'allow')
    const [value = ''] = victim.cookies.values()
    for (const other of [
      value,
      '',
      'x',
      value.slice(0, -1),
      `${value}A`,
      'undefined',
      '[object]',
    ]) {
      victim.cookies.set(`bsg-authorize-${state}`, other)
      t.equal((await victim.comeBack(theirs)).statusCode, 400, other)
    }
    t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
  },
)

t.test(
  'consent of one browser finished in another: the cookie of the page is not that of the login',
  async (t) => {
    const door = await openDoor(t)
    const browser = door.browser()
    const page = await browser.get(authorizationUrl(await door.register()).url)
    const [[name = '', before = ''] = []] = browser.cookies
    const toProvider = await browser.submit(page, 'allow')
    const after = browser.cookies.get(name)
    t.ok(after)
    t.not(after, before, 'a new one is set when the person agreed')
    browser.cookies.set(name, before)
    t.equal((await browser.comeBack(toProvider)).statusCode, 400, 'whoever knew the first')
  },
)

t.test(
  'consent of one browser finished in another: nobody else says who the person is',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { browser, page } = await door.askWho(client)
    t.equal(page.statusCode, 200)
    const other = door.browser()
    await other.get(authorizationUrl(client).url)
    for (const decision of ['continue', 'switch', 'cancel']) {
      t.equal((await other.submit(page, decision)).statusCode, 400, decision)
    }
    t.match((await browser.submit(page, 'continue')).headers.location, /code=bsg_ac_/)
  },
)
