/** The ways out: of this page, or everywhere (OpenID Connect RP-Initiated Logout 1.0). */
import t from 'tap'
import { UpstreamError } from '../../src/upstream/upstream.ts'
import { formToken, signIn } from '../support/account.ts'
import { openDoor, refreshment } from '../support/door.ts'

const SIGNED_OUT = 'http://localhost:3000/signed-out'

t.test(
  'out of this page: the session is over, for a copy of its cookie too; apps stay',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    await door.connect(client)
    const at = await signIn(door)
    const copy = door.browser()
    for (const [name, value] of at.browser.cookies) copy.cookies.set(name, value)
    t.match((await copy.get('/account')).body, 'Signed in as')
    const out = await at.post('/account/sign-out', { from: 'here' })
    t.match([out.statusCode, out.headers.location], [303, SIGNED_OUT])
    t.same(door.upstream.ended, [], 'the provider’s session is left alone')
    t.match((await at.browser.get('/signed-out')).body, 'You are signed out of this page')
    for (const browser of [at.browser, copy]) {
      t.notMatch((await browser.get('/account')).body, 'Signed in as')
    }
    const replay = await at.post('/account/disconnect', { grant: 'all' })
    t.equal(replay.statusCode, 400, 'a form of the session that is over')
    t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
  },
)

t.test(
  'everywhere: every app, this page in every browser, and logins that are under way',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const tokens = await door.connect(client)
    const at = await signIn(door)
    const elsewhere = await signIn(door)
    const { code, verifier } = await door.authorize(client)
    door.clock.now += 1
    const out = await at.post('/account/sign-out', { from: 'everywhere' })
    t.equal(out.statusCode, 303)
    t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
    t.notMatch((await elsewhere.page()).body, 'Signed in as', 'the other browser')
    const refused = await door.post('/token', refreshment(client, tokens.refresh_token))
    t.match(refused.json(), { error: 'invalid_grant' })
    const late = await door.post('/token', {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: client.redirect_uris[0],
      client_id: client.client_id,
    })
    t.match(late.json(), { error: 'invalid_grant' }, 'a code that nobody fetched yet')
    door.clock.now += 1
    t.match((await (await signIn(door)).page()).body, 'Signed in as', 'one may come back')
  },
)

t.test(
  'OpenID Connect RP-Initiated Logout §2: the provider is told by the ID token, our redirect URI and a fresh state',
  async (t) => {
    const door = await openDoor(t)
    const states = new Set<string>()
    for (let each = 0; each < 3; each++) {
      const at = await signIn(door)
      const out = await at.post('/account/sign-out', { from: 'everywhere' })
      const asked = door.upstream.ended.at(-1)
      t.match(asked, { idToken: 'id-token-of-ender', ui_locales: 'en' })
      t.match(String(out.headers.location), /^http:\/\/localhost:3002\/session\/end\?/)
      t.equal(out.headers['referrer-policy'], 'no-referrer', 'the ID token is in no Referer')
      t.equal(out.headers['cache-control'], 'no-store')
      states.add(String(asked?.state))
      door.clock.now += 1
    }
    t.equal(states.size, 3)
    t.notMatch(door.logs.join('\n'), 'id-token-of-ender')
  },
)

t.test(
  'OpenID Connect RP-Initiated Logout §3: only the state that was sent says that the provider’s session ended',
  async (t) => {
    const door = await openDoor(t)
    const back = async (query: (state: string) => string) => {
      const at = await signIn(door)
      await at.post('/account/sign-out', { from: 'everywhere' })
      door.clock.now += 1
      const state = String(door.upstream.ended.at(-1)?.state)
      const page = await at.browser.get(`/signed-out${query(state)}`)
      const again = await at.browser.get(`/signed-out${query(state)}`)
      t.match(again.body, 'Nobody signed out here just now', 'told once')
      return page.body
    }
    t.match(await back((state) => `?state=${state}`), 'your school login has ended')
    const other = 'A'.repeat(43)
    for (const query of ['', '?state=', `?state=${other}`, `?state=${other}&state=${other}`]) {
      t.match(await back(() => query), 'could not be ended from here', query)
    }
    const stranger = await door.browser().get(`/signed-out?state=${other}`)
    t.match(stranger.body, 'Nobody signed out here just now')
  },
)

t.test(
  'a provider without end_session_endpoint, or one that is down: all of ours ends, and the page says so',
  async (t) => {
    for (const [title, breakIt] of [
      ['no endpoint', (door) => Object.assign(door.upstream, { endsSessions: false })],
      [
        'down',
        (door) =>
          Object.assign(door.upstream, { failure: new UpstreamError('unavailable', 'down') }),
      ],
      [
        'misconfigured',
        (door) =>
          Object.assign(door.upstream, { failure: new UpstreamError('misconfigured', 'x') }),
      ],
    ] as [string, (door: Awaited<ReturnType<typeof openDoor>>) => void][]) {
      const door = await openDoor(t)
      const client = await door.register()
      await door.connect(client)
      const at = await signIn(door)
      breakIt(door)
      const out = await at.post('/account/sign-out', { from: 'everywhere' })
      t.match([out.statusCode, out.headers.location], [303, SIGNED_OUT], title)
      t.same(await door.store.grantsOf({ client_id: client.client_id }), [], title)
      const page = await at.browser.get('/signed-out')
      t.match(page.body, 'could not be ended from here', title)
      t.notMatch((await at.page()).body, 'Signed in as', title)
    }
  },
)

t.test('signed out of nothing that we know: nothing happens', async (t) => {
  const door = await openDoor(t)
  const at = await signIn(door)
  for (const from of ['', 'HERE', 'everywhere ', 'all']) {
    t.equal((await at.post('/account/sign-out', { from })).statusCode, 400, from)
  }
  t.equal((await at.post('/account/sign-out', {})).statusCode, 400)
  t.equal(formToken(await at.page()), at.token, 'the same session')
})
