/** The account session: what opens it, what ends it, and what it never opens. */
import t from 'tap'
import { sha256 } from '../../src/oauth/token-value.ts'
import { UpstreamError } from '../../src/upstream/upstream.ts'
import { beginSignIn, postTo, signIn } from '../support/account.ts'
import { authorizationUrl, openDoor } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

const ender = person('ender', 'BS-2401', ['student'])

t.test(
  'RFC 6265bis §4.1.3.2: where the door is https the cookie is __Host-, Secure, HttpOnly, Lax, and short',
  async (t) => {
    const door = await openDoor(t, {
      PUBLIC_URL: 'https://door.example',
      OIDC_ISSUER: 'https://sso.example',
    })
    const browser = door.browser()
    const headers = { origin: 'https://door.example' }
    const begun = await postTo(browser, '/account/sign-in', { provider: 'default' }, headers)
    const back = await browser.comeBack(begun)
    const cookie = back.cookies.find(({ name }) => name === '__Host-bsg-account')
    t.match(cookie, { path: '/', httpOnly: true, secure: true, sameSite: 'Lax', maxAge: 1800 })
    t.notHas(cookie, { domain: String })
    for (const { name, secure, httpOnly } of back.cookies) {
      t.match([name, secure, httpOnly], [/^__Host-/, true, true])
    }
  },
)

t.test(
  'the store has the hash of the cookie, and neither name nor ID token in clear',
  async (t) => {
    const door = await openDoor(t)
    const { browser } = await signIn(door, ender)
    const value = String(browser.cookies.get('bsg-account'))
    t.equal(await door.store.get('account_session', value), undefined)
    const record = await door.store.get('account_session', sha256(value))
    t.match(record, { sub: 'sub-ender', sid: 'sid-ender', provider: 'default' })
    t.notMatch(JSON.stringify(record), 'id-token-of-ender')
    t.notMatch(door.logs.join('\n'), value)
  },
)

t.test('a visit asks the provider for nothing that would outlast it', async (t) => {
  const door = await openDoor(t)
  await signIn(door, ender)
  t.match(door.upstream.logins, [{ offline: false }])
  await door.connect(await door.register())
  t.notHas(door.upstream.logins[1], { offline: false }, 'a client’s grant does')
})

t.test('it ends after ACCOUNT_SESSION_TTL, however much it is used', async (t) => {
  const door = await openDoor(t, { ACCOUNT_SESSION_TTL: '600' })
  const at = await signIn(door, ender)
  door.clock.now += 599_000
  t.match((await at.page()).body, 'Signed in as')
  door.clock.now += 1_000
  const late = await at.page()
  t.notMatch(late.body, 'Signed in as')
  t.equal(at.browser.cookies.has('bsg-account'), false, 'the cookie is taken away')
  t.equal((await at.post('/account/disconnect', { grant: 'all' })).statusCode, 400)
})

t.test('session fixation: a cookie from before the login is worth nothing after it', async (t) => {
  const door = await openDoor(t)
  const planted = 'A'.repeat(43)
  const victim = door.browser()
  victim.cookies.set('bsg-account', planted)
  await signIn(door, ender, victim)
  t.not(victim.cookies.get('bsg-account'), planted)
  const attacker = door.browser()
  attacker.cookies.set('bsg-account', planted)
  t.notMatch((await attacker.get('/account')).body, 'Signed in as')

  const own = await signIn(door, person('bean', 'BS-2507', ['student']))
  const before = String(own.browser.cookies.get('bsg-account'))
  await signIn(door, ender, own.browser)
  attacker.cookies.set('bsg-account', before)
  t.notMatch((await attacker.get('/account')).body, 'Signed in as', 'the former session is over')
})

t.test('login CSRF: only the browser that began a sign-in finishes it, once', async (t) => {
  const door = await openDoor(t)
  door.upstream.identity = ender
  const attacker = door.browser()
  const begun = await beginSignIn(attacker)
  const victim = door.browser()
  const injected = await victim.comeBack(begun)
  t.equal(injected.statusCode, 400)
  t.notMatch((await victim.get('/account')).body, 'Signed in as')
  t.equal((await attacker.comeBack(begun)).statusCode, 303, 'the one who began it')
  t.equal((await attacker.comeBack(begun)).statusCode, 400, 'not twice')
})

t.test(
  'a sign-in never satisfies /authorize: it gives no code, no grant and no consent',
  async (t) => {
    const door = await openDoor(t)
    door.upstream.identity = ender
    const client = await door.register()
    const browser = door.browser()
    const consent = await browser.get(authorizationUrl(client).url)
    const signingIn = await beginSignIn(browser)
    const back = await browser.comeBack(signingIn)
    t.equal(back.headers.location, 'http://localhost:3000/account')
    t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
    const again = await browser.get(authorizationUrl(client).url)
    t.equal(again.statusCode, 200, 'signed in, consent is asked')
    t.match(again.body, 'name="decision" value="allow"')
    const toProvider = await browser.submit(consent, 'allow')
    t.match(
      String(toProvider.headers.location),
      /^http:\/\/localhost:3002\/auth/,
      'and the login, too',
    )
  },
)

t.test(
  'an authorization never signs anybody in: its cookie, its form and its state are nothing here',
  async (t) => {
    const door = await openDoor(t)
    door.upstream.identity = ender
    const client = await door.register()
    const browser = door.browser()
    const consent = await browser.get(authorizationUrl(client).url)
    const toProvider = await browser.submit(consent, 'allow')
    const [name = '', value = ''] =
      [...browser.cookies].find(([key]) => key.includes('authorize')) ?? []
    t.ok(name)
    t.match((await browser.get('/account')).body, 'action="/account/sign-in"')
    browser.cookies.set('bsg-account', value)
    t.notMatch((await browser.get('/account')).body, 'Signed in as')
    browser.cookies.set('bsg-account', value.split('.')[1] ?? '')
    t.notMatch((await browser.get('/account')).body, 'Signed in as')
    browser.cookies.delete('bsg-account')
    const back = await browser.comeBack(toProvider)
    t.match(String(back.headers.location), /code=bsg_ac_/)
    t.equal(browser.cookies.has('bsg-account'), false)
    t.notMatch((await browser.get('/account')).body, 'Signed in as')
  },
)

t.test('a session of an access or refresh token: no token opens the page', async (t) => {
  const door = await openDoor(t)
  const { access_token, refresh_token } = await door.connect(await door.register())
  for (const token of [access_token, refresh_token]) {
    const page = await door.app.inject({
      url: '/account',
      headers: { authorization: `Bearer ${token}`, cookie: `bsg-account=${token}` },
    })
    t.notMatch(page.body, 'Signed in as')
  }
})

t.test('who is no longer enrolled is out at the next request', async (t) => {
  const door = await openDoor(t)
  const at = await signIn(door, ender)
  const elsewhere = door.browser()
  door.upstream.identity = person('ender', undefined, [])
  await elsewhere.comeBack(await beginSignIn(elsewhere))
  t.equal((await at.post('/account/disconnect', { grant: 'all' })).statusCode, 400)
  t.notMatch((await at.page()).body, 'Signed in as')
})

t.test('back-channel logout of the session, or of the person, ends the page with it', async (t) => {
  for (const logout of [{ sid: 'sid-ender' }, { sub: 'sub-ender' }] as const) {
    const door = await openDoor(t)
    const at = await signIn(door, ender)
    const other = await signIn(door, person('bean', 'BS-2507', ['student']))
    door.clock.now += 1
    const logout_token = JSON.stringify({ jti: 'j1', ...logout })
    t.equal((await door.post('/backchannel-logout', { logout_token })).statusCode, 200)
    t.notMatch((await at.page()).body, 'Signed in as')
    t.match((await other.page()).body, 'Signed in as', 'nobody else’s')
  }
})

t.test(
  'a login that came to nothing is a page that leads back, and never repeats the provider',
  async (t) => {
    for (const [kind, status, says] of [
      ['declined', 403, 'You are not signed in'],
      ['invalid', 403, 'You are not signed in'],
      ['unavailable', 503, 'Not available right now'],
      ['misconfigured', 500, 'Login is not set up correctly'],
    ] as const) {
      const door = await openDoor(t)
      const browser = door.browser()
      const begun = await beginSignIn(browser)
      door.upstream.failure = new UpstreamError(kind, 'words of the provider')
      const back = await browser.comeBack(begun)
      t.equal(back.statusCode, status, kind)
      t.match(back.body, says, kind)
      t.match(back.body, 'href="/account"', kind)
      t.notMatch(back.body, 'words of the provider', kind)
      t.equal(back.headers['retry-after'] !== undefined, status === 503, kind)
      t.equal(browser.cookies.size, 0, 'nothing is left in the browser')
    }
  },
)

t.test('a provider that is down, or unknown: the sign-in begins nothing', async (t) => {
  const door = await openDoor(t)
  const browser = door.browser()
  for (const provider of ['', 'nobody', '__proto__', 'default '] as const) {
    t.equal((await beginSignIn(browser, provider)).statusCode, 400, provider)
  }
  door.upstream.failure = new UpstreamError('unavailable', 'down')
  const down = await beginSignIn(browser)
  t.match([down.statusCode, down.headers['retry-after']], [503, '2'])
  t.equal(browser.cookies.size, 0)
})
