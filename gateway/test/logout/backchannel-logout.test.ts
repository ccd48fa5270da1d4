/** POST /backchannel-logout (OpenID Connect Back-Channel Logout 1.0): what it answers, what dies with a session, and what not. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { parseToken } from '../../src/oauth/token-value.ts'
import { StoreUnavailableError } from '../../src/store/store.ts'
import { personIdOf } from '../../src/students/directory.ts'
import { UpstreamError } from '../../src/upstream/upstream.ts'
import { authorizationUrl, type Door, openDoor, redemption, refreshment } from '../support/door.ts'
import { doorAtProvider } from '../support/door-at-provider.ts'
import { LOGOUT_EVENT, logoutToken } from '../support/logout-token.ts'
import { ISSUER, person } from '../support/stub-upstream.ts'

const session = { sid: 'sid-ender', sub: 'sub-ender' }

/** The stub upstream takes the claims for proven. */
const logout = (door: Door, claims: Record<string, unknown> = session, jti = randomUUID()) =>
  door.post('/backchannel-logout', { logout_token: JSON.stringify({ jti, ...claims }) })

const alive = (door: Door, name = 'ender') =>
  door.store.grantsOf({ personId: personIdOf(ISSUER, `sub-${name}`) })

async function access(door: Door, value: string): Promise<boolean> {
  const token = parseToken('access', value)
  return token !== undefined && (await door.store.find(token)) !== undefined
}

t.test(
  'Back-Channel Logout §2.8: 200, not to be stored, and the session’s grants are dead',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const [one, two] = [await door.connect(client), await door.connect(client)]
    door.upstream.identity = person('bean', 'BS-2', ['student'])
    const bystander = await door.connect(client)
    const response = await logout(door)
    t.match([response.statusCode, response.body], [200, ''])
    t.equal(response.headers['cache-control'], 'no-store')
    for (const tokens of [one, two]) {
      t.notOk(await access(door, tokens.access_token))
      const refused = await door.post('/token', refreshment(client, tokens.refresh_token))
      t.match([refused.statusCode, refused.json()], [400, { error: 'invalid_grant' }])
    }
    t.ok(await access(door, bystander.access_token), 'another person’s session')
    t.match(door.logs.join(''), /"audit":"session_ended"/)
  },
)

t.test('Back-Channel Logout §2.4: sub alone ends every session of the person', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  await door.connect(client)
  door.upstream.identity = { ...door.upstream.identity, sid: 'sid-elsewhere' }
  await door.connect(client)
  t.equal((await logout(door, { sid: 'sid-elsewhere' })).statusCode, 200)
  t.equal((await alive(door)).length, 1, 'sid alone: that session, and no other')
  t.equal((await logout(door, { sub: 'sub-ender' })).statusCode, 200)
  t.same(await alive(door), [])
})

t.test(
  'a person whose ID tokens name no session: a logout with sid and sub ends what they have',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { sid: _, ...sessionless } = door.upstream.identity
    await door.connect(client)
    door.upstream.identity = sessionless
    const { refresh_token } = await door.connect(client)
    await logout(door, { sid: 'sid-unheard-of', sub: 'sub-ender' })
    t.equal((await alive(door)).length, 1, 'the one with another session lives')
    t.equal((await door.post('/token', refreshment(client, refresh_token))).statusCode, 400)
  },
)

t.test(
  'Back-Channel Logout §2.6, §2.8: a token that was used is 400, and ends nothing that began since',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    for (const claims of [session, { sub: 'sub-ender' }]) {
      const jti = randomUUID()
      t.equal((await logout(door, claims, jti)).statusCode, 200)
      door.clock.now += 61_000
      const { access_token } = await door.connect(client)
      const replay = await logout(door, claims, jti)
      t.match([replay.statusCode, replay.json()], [400, { error: 'invalid_request' }])
      t.equal(replay.headers['cache-control'], 'no-store')
      t.ok(await access(door, access_token))
      t.equal((await logout(door, claims)).statusCode, 200, 'another jti is another logout')
      t.notOk(await access(door, access_token))
    }
    t.match(door.logs.join(''), /"audit":"logout_refused"/)
  },
)

t.test('a logout that broke off is a 503, and the same token finishes it', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  await door.connect(client)
  const jti = randomUUID()
  const { revoke } = door.store
  door.store.revoke = async () => {
    throw new StoreUnavailableError(new Error('down'))
  }
  const broken = await logout(door, session, jti)
  t.match([broken.statusCode, broken.json()], [503, { error: 'temporarily_unavailable' }])
  t.ok(broken.headers['retry-after'])
  door.store.revoke = revoke
  door.clock.now += 61_000
  door.upstream.identity = { ...door.upstream.identity, sid: 'sid-since' }
  const since = await door.connect(client)
  t.equal((await logout(door, session, jti)).statusCode, 200)
  t.equal((await alive(door)).length, 1)
  t.ok(await access(door, since.access_token))
  t.equal((await logout(door, session, jti)).statusCode, 400)
})

for (const [title, verb] of [
  ['halfway', 'revoke'],
  ['before it was written', 'claim'],
] as const) {
  t.test(
    `a logout that broke off ${title} goes on by itself: nobody has to say it again`,
    async (t) => {
      const door = await openDoor(t)
      const client = await door.register()
      const tokens = [await door.connect(client), await door.connect(client)]
      const working = door.store[verb] as (...given: never[]) => unknown
      // Halfway: the first grant is ended, and then the store is gone.
      let works = verb === 'revoke' ? 1 : 0
      Object.assign(door.store, {
        async [verb](...given: never[]) {
          if (works-- === 0) throw new StoreUnavailableError(new Error('down'))
          return working(...given)
        },
      })
      t.equal((await logout(door, { sub: 'sub-ender' })).statusCode, 503)
      door.clock.now += 61_000
      const since = await door.connect(client)
      for (let looks = 0; looks < 400 && (await alive(door)).length > 1; looks++) await pause(50)
      for (const { access_token } of tokens) t.notOk(await access(door, access_token))
      t.ok(await access(door, since.access_token), 'what began since stays')
      t.notMatch(door.logs.join(''), /"audit":"logout_refused"/)
    },
  )
}

const down = () => Promise.reject(new StoreUnavailableError(new Error('down')))

/** Until `isOver`, or twenty seconds. */
async function patiently(isOver: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 400 && !(await isOver()); looks++) await pause(50)
}

t.test('attack: a logout that the store can never do keeps no other from being done', async (t) => {
  const door = await openDoor(t)
  await door.connect(await door.register())
  const { revoke, listGrants } = door.store
  const theirs = personIdOf(ISSUER, 'sub-bonzo')
  door.store.listGrants = (index, page) =>
    'personId' in index && index.personId === theirs ? down() : listGrants(index, page)
  door.store.revoke = down
  t.equal((await logout(door, { sub: 'sub-bonzo' })).statusCode, 503)
  t.equal((await logout(door, { sub: 'sub-ender' })).statusCode, 503)
  door.store.revoke = revoke
  await patiently(async () => (await alive(door)).length === 0)
  t.same(await alive(door), [])
})

t.test('a process that is told to go tries once more what broke off', async (t) => {
  const door = await openDoor(t)
  await door.connect(await door.register())
  const { put } = door.store
  door.store.put = down
  t.equal((await logout(door)).statusCode, 503)
  door.store.put = put
  await door.app.close()
  t.same(await alive(door), [])
})

t.test(
  'a repeat that breaks off, too, goes on as of the first: it ends nothing since',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const before = await door.connect(client)
    const { claim } = door.store
    door.store.claim = (kind, ...given) => (kind === 'logout' ? down() : claim(kind, ...given))
    const jti = randomUUID()
    t.equal((await logout(door, { sub: 'sub-ender' }, jti)).statusCode, 503)
    door.clock.now += 61_000
    const since = await door.connect(client)
    door.clock.now += 61_000
    t.equal((await logout(door, { sub: 'sub-ender' }, jti)).statusCode, 503)
    door.store.claim = claim
    await patiently(async () => !(await access(door, before.access_token)))
    t.notOk(await access(door, before.access_token))
    t.ok(await access(door, since.access_token))
  },
)

t.test(
  'what cannot be verified now is a 503 with Retry-After; what is not valid is a 400',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    await door.connect(client)
    for (const [kind, status] of [
      ['unavailable', 503],
      ['misconfigured', 503],
      ['invalid', 400],
    ] as const) {
      door.upstream.failure = new UpstreamError(kind, 'so says the test')
      const response = await logout(door)
      t.equal(response.statusCode, status, kind)
      t.equal('retry-after' in response.headers, status === 503, kind)
      t.equal(response.headers['cache-control'], 'no-store')
      t.notMatch(response.body, /so says the test/)
    }
    t.equal((await alive(door)).length, 1)
  },
)

t.test(
  'Back-Channel Logout §2.5: one logout_token, form-encoded and bounded; other values are ignored',
  async (t) => {
    const door = await openDoor(t)
    const good = () =>
      new URLSearchParams({ logout_token: JSON.stringify({ jti: randomUUID(), ...session }) })
    const path = '/backchannel-logout'
    t.equal((await door.post(path, `${good()}&state=x&anything=y`)).statusCode, 200)
    for (const body of ['', 'logout_token=', 'token=x', `${good()}&${good()}`]) {
      const response = await door.post(path, body)
      t.match([response.statusCode, response.json()], [400, { error: 'invalid_request' }], body)
    }
    t.equal((await door.post(path, { logout_token: 'x'.repeat(16 * 1024 + 1) })).statusCode, 400)
    t.equal((await door.post(path, { logout_token: 'x'.repeat(65 * 1024) })).statusCode, 413)
    for (const type of ['application/json', 'application/jwt', 'text/plain']) {
      t.equal((await door.post(path, `${good()}`, { 'content-type': type })).statusCode, 415, type)
    }
    t.equal((await door.app.inject({ url: `${path}?${good()}` })).statusCode, 404)
    t.equal((await door.app.inject({ method: 'POST', url: `${path}?${good()}` })).statusCode, 400)
    for (const provider of ['none', 'default%2f..', '__proto__', 'x'.repeat(90)]) {
      t.equal((await door.post(`${path}/${provider}`, `${good()}`)).statusCode, 400, provider)
    }
  },
)

t.test('the provider’s own token, over the whole way', async (t) => {
  const { door, provider, atProvider } = await doorAtProvider(t)
  const client = await door.register()
  const browser = door.browser()
  const { url, verifier } = authorizationUrl(client)
  const toProvider = await browser.submit(await browser.get(url), 'allow')
  const back = await browser.get((await atProvider(toProvider)).href)
  const code = new URL(String(back.headers.location)).searchParams.get('code') ?? ''
  const redeemed = await door.post('/token', redemption(client, { code, verifier }))
  t.equal(redeemed.statusCode, 200)
  const send = async (changes = {}) =>
    door.post('/backchannel-logout', {
      logout_token: await logoutToken(provider, door.clock.now, changes),
    })
  t.equal((await send({ nonce: 'n' })).statusCode, 400)
  t.equal((await send({ events: { [LOGOUT_EVENT]: 1 } })).statusCode, 400)
  t.ok(await access(door, redeemed.json().access_token))
  t.equal((await send()).statusCode, 200)
  t.notOk(await access(door, redeemed.json().access_token))
})

for (const [title, claims] of Object.entries({
  'its session': { sid: 'sid-ender' },
  'the person': { sub: 'sub-ender' },
})) {
  t.test(`a login under way when ${title} ended comes to nothing`, async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { url } = authorizationUrl(client)

    const before = door.browser()
    const toProvider = await before.submit(await before.get(url), 'allow')
    await logout(door, claims)
    const late = new URL(String((await before.comeBack(toProvider)).headers.location))
    t.equal(late.searchParams.get('error'), 'access_denied', 'a transaction that was begun before')

    door.clock.now += 61_000
    const during = door.browser()
    const gone = await during.submit(await during.get(url), 'allow')
    const { callback } = door.upstream
    door.upstream.callback = async (...given) => {
      const identity = await callback(...given)
      await logout(door, claims)
      return identity
    }
    const raced = new URL(String((await during.comeBack(gone)).headers.location))
    t.equal(raced.searchParams.get('error'), 'access_denied', 'a callback in flight')
    door.upstream.callback = callback

    door.clock.now += 61_000
    const { identity } = door.upstream
    const { browser, page } = await door.askWho(client)
    await logout(door, claims)
    const answered = await browser.submit(page, 'continue')
    const answer = new URL(String(answered.headers.location))
    t.equal(answer.searchParams.get('error'), 'access_denied', 'a page that waited')
    door.upstream.identity = identity

    door.clock.now += 61_000
    const open = door.store.open.bind(door.store)
    door.store.open = async (...given) => {
      await open(...given)
      door.store.open = open
      await logout(door, claims)
    }
    const { redirect } = await door.authorize(client)
    t.equal(redirect.searchParams.get('error'), 'access_denied', 'a grant that was just written')
    t.same(await alive(door), [])
  })

  t.test(
    `a code and its tokens when ${title} ends: redeemed before or after, they are dead`,
    async (t) => {
      const door = await openDoor(t)
      const client = await door.register()
      const unredeemed = await door.authorize(client)
      await logout(door, claims)
      const late = await door.post('/token', redemption(client, unredeemed))
      t.match([late.statusCode, late.json()], [400, { error: 'invalid_grant' }])

      const redeem = door.store.redeem.bind(door.store)
      for (const first of ['logout', 'redeem'] as const) {
        door.clock.now += 61_000
        const authorized = await door.authorize(client)
        door.store.redeem = async (...given) => {
          if (first === 'logout') await logout(door, claims)
          const outcome = await redeem(...given)
          if (first === 'redeem') await logout(door, claims)
          return outcome
        }
        const response = await door.post('/token', redemption(client, authorized))
        t.match([response.statusCode, response.json()], [400, { error: 'invalid_grant' }], first)
        t.same(await alive(door), [], first)
        door.store.redeem = redeem
      }
    },
  )

  t.test(
    `a grant that no index names any more ends at its refresh when ${title} ended`,
    async (t) => {
      const door = await openDoor(t)
      const client = await door.register()
      const { refresh_token } = await door.connect(client)
      const { listGrants } = door.store
      door.store.listGrants = async () => ({ grants: [], more: false })
      await logout(door, claims)
      door.store.listGrants = listGrants
      t.equal((await alive(door)).length, 1)
      const response = await door.post('/token', refreshment(client, refresh_token))
      t.match([response.statusCode, response.json()], [400, { error: 'invalid_grant' }])
      t.same(await alive(door), [])
    },
  )
}

t.test('a person logs in again at once; with another session at once, too', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  await door.connect(client)
  await logout(door, { sub: 'sub-ender' })
  door.clock.now += 1
  t.ok(await access(door, (await door.connect(client)).access_token))
  await logout(door)
  door.upstream.identity = { ...door.upstream.identity, sid: 'sid-next' }
  t.ok(await access(door, (await door.connect(client)).access_token))
  t.same((await alive(door)).length, 1)
})
