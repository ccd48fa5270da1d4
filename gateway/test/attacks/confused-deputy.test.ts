/** The provider knows one client, ours, and asks nothing: a session there must not become a code for whoever registered here. */
import t from 'tap'
import { authorizationUrl, CLAUDE, openDoor } from '../support/door.ts'

const ATTACKER = 'https://evil.example/cb'

t.test(
  'confused deputy: a session at the provider gives a second client nothing unasked (GHSA-c2jp-c369-7pvx)',
  async (t) => {
    const door = await openDoor(t)
    const claude = await door.register({ client_name: 'Claude' })
    const attacker = await door.register({ client_name: 'Claude', redirect_uris: [ATTACKER] })
    const browser = door.browser()
    const first = await browser.submit(await browser.get(authorizationUrl(claude).url), 'allow')
    t.match((await browser.comeBack(first)).headers.location, /code=bsg_ac_/)

    // From here on the provider answers at once, by the session of the first login.
    const page = await browser.get(authorizationUrl(attacker).url)
    t.equal(page.statusCode, 200, 'a page')
    t.equal(page.headers.location, undefined, 'and no redirect')
    t.match(page.body, '<p class="host" dir="ltr">evil.example</p>', 'that says where it goes')
    t.equal(door.upstream.logins.length, 1, 'the provider is not asked')
    t.same(await door.store.grantsOf({ client_id: attacker.client_id }), [])
  },
)

t.test('confused deputy: without the consent POST no callback is taken', async (t) => {
  const door = await openDoor(t)
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(await door.register()).url)
  const [id = ''] = [...browser.cookies.keys()].map((name) => name.slice('bsg-authorize-'.length))
  t.match(id, /^[\w-]{22}$/, 'the page’s own id')
  const back = await browser.get(`/callback?code=upstream-code&state=${id}`)
  t.match([page.statusCode, back.statusCode], [200, 400])
  t.equal(back.headers.location, undefined)
})

t.test(
  'confused deputy: consent is asked each time, also for a client that had it (GHSA-6x8h-498w-gv8c)',
  async (t) => {
    const client_id = 'https://client.example.com/metadata.json'
    const redirect_uris: [string] = ['http://localhost/cb']
    const door = await openDoor(t)
    // An id that every installation shares.
    door.documents.set(client_id, { document: { client_id, redirect_uris }, freshFor: undefined })
    for (const client of [await door.register(), { client_id, redirect_uris }]) {
      const browser = door.browser()
      const before = door.upstream.logins.length
      for (let round = 0; round < 3; round++) {
        const page = await browser.get(authorizationUrl(client).url)
        t.equal(page.statusCode, 200)
        t.equal(door.upstream.logins.length, before + round)
        const back = await browser.comeBack(await browser.submit(page, 'allow'))
        t.match(back.headers.location, /code=bsg_ac_/)
      }
    }
  },
)

t.test('confused deputy: the answer goes to the client that the page named', async (t) => {
  const door = await openDoor(t)
  const claude = await door.register()
  const attacker = await door.register({ redirect_uris: [ATTACKER] })
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(claude).url)
  const sealed = /name="request" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const toProvider = await browser.request({
    method: 'POST',
    url: `/authorize/process?${new URLSearchParams({ client_id: attacker.client_id, redirect_uri: ATTACKER })}`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'http://localhost:3000',
    },
    payload: new URLSearchParams({
      request: sealed,
      decision: 'allow',
      client_id: attacker.client_id,
      redirect_uri: ATTACKER,
    }).toString(),
  })
  t.equal(toProvider.statusCode, 303)
  const back = await browser.comeBack(toProvider, {
    code: 'upstream-code',
    client_id: attacker.client_id,
    redirect_uri: ATTACKER,
  })
  t.ok(String(back.headers.location).startsWith(`${CLAUDE}?code=`))
  t.same(await door.store.grantsOf({ client_id: attacker.client_id }), [])
})

t.test('confused deputy: a login older than the consent is bound to nobody unasked', async (t) => {
  const door = await openDoor(t)
  const attacker = await door.register({ redirect_uris: [ATTACKER] })
  const anHourAgo = Math.floor(door.clock.now / 1000) - 3600
  door.upstream.identity = { ...door.upstream.identity, auth_time: anHourAgo }
  const browser = door.browser()
  const toProvider = await browser.submit(
    await browser.get(authorizationUrl(attacker).url),
    'allow',
  )
  const page = await browser.comeBack(toProvider)
  t.equal(page.statusCode, 200)
  t.match(page.body, /evil\.example/)
  t.same(await door.store.grantsOf({ client_id: attacker.client_id }), [])
  const cancelled = await browser.submit(page, 'cancel')
  t.match(cancelled.headers.location, /^https:\/\/evil\.example\/cb\?error=access_denied/)
})
