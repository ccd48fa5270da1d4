/** The login at the provider, checked when a client refreshes (docs/adr/0024). */
import t from 'tap'
import { parseToken } from '../../src/oauth/token-value.ts'
import { UpstreamError } from '../../src/upstream/upstream.ts'
import { type Door, openDoor, type RegisteredClient, refreshment } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A client that refreshes with what it was given last. */
async function connected(door: Door) {
  const client = await door.register()
  const tokens = await door.connect(client)
  const at = {
    client,
    ...tokens,
    async refresh() {
      const response = await door.post('/token', refreshment(client, at.refresh_token))
      if (response.statusCode === 200) Object.assign(at, response.json())
      return response
    },
    isAlive: () => alive(door, client),
  }
  return at
}

const alive = async (door: Door, { client_id }: RegisteredClient) =>
  (await door.store.grantsOf({ client_id })).length > 0

t.test('UPSTREAM_CHECK: at most every 15 minutes, every time, or never', async (t) => {
  for (const [setting, expected] of [
    ['15', 1],
    ['always', 3],
    ['never', 0],
  ] as const) {
    const door = await openDoor(t, { UPSTREAM_CHECK: setting })
    const at = await connected(door)
    for (const minutes of [14, 1, 14]) {
      door.clock.now += minutes * MINUTE
      t.equal((await at.refresh()).statusCode, 200)
    }
    t.equal(door.upstream.refreshes.length, expected, setting)
  }
})

t.test(
  'a clock that was ahead when the login was checked does not put the next check off',
  async (t) => {
    const door = await openDoor(t)
    const at = await connected(door)
    door.clock.now += DAY / 2
    t.equal((await at.refresh()).statusCode, 200)
    door.clock.now -= DAY / 2 - 30 * MINUTE
    t.equal((await at.refresh()).statusCode, 200)
    t.equal(door.upstream.refreshes.length, 2)
    door.clock.now -= MINUTE
    t.equal((await at.refresh()).statusCode, 200)
    t.equal(door.upstream.refreshes.length, 2, 'clocks of replicas may differ by a minute')
  },
)

t.test(
  'RFC 6749 §5.2: a session that is over at the provider is invalid_grant, and ends the grant',
  async (t) => {
    const door = await openDoor(t, { UPSTREAM_CHECK: 'always' })
    const at = await connected(door)
    const options = { providerError: 'invalid_grant' }
    door.upstream.failure = new UpstreamError('declined', 'over', options)
    const response = await at.refresh()
    t.match([response.statusCode, response.json()], [400, { error: 'invalid_grant' }])
    t.notOk(await at.isAlive())
    t.match(door.logs.join(''), /"audit":"upstream_refresh_failed".*"error":"invalid_grant"/)
  },
)

t.test(
  'an outage logs nobody out: refreshes go on for UPSTREAM_OUTAGE_GRACE, then they are a 503',
  async (t) => {
    const door = await openDoor(t)
    const at = await connected(door)
    door.clock.now += 20 * MINUTE
    door.upstream.failure = new UpstreamError('unavailable', 'no answer')
    t.equal((await at.refresh()).statusCode, 200)
    door.clock.now += DAY
    t.equal((await at.refresh()).statusCode, 200, 'to the second')
    door.clock.now += 1000
    const refused = await at.refresh()
    t.match([refused.statusCode, refused.json()], [503, { error: 'temporarily_unavailable' }])
    t.ok(Number(refused.headers['retry-after']) >= 1)
    t.ok(await at.isAlive(), 'and nobody’s grant is over')
    door.upstream.failure = undefined
    door.clock.now += 5 * MINUTE
    t.equal((await at.refresh()).statusCode, 200)
    door.upstream.failure = new UpstreamError('unavailable', 'no answer')
    door.clock.now += HOUR
    t.equal((await at.refresh()).statusCode, 200, 'the grace of the next outage is its own')
  },
)

t.test('while the provider is down it is asked with backoff, not at every refresh', async (t) => {
  const door = await openDoor(t, { UPSTREAM_CHECK: 'always' })
  const [one, two] = [await connected(door), await connected(door)]
  door.upstream.failure = new UpstreamError('unavailable', 'no answer')
  for (let second = 0; second < 600; second += 10) {
    for (const at of [one, two]) t.equal((await at.refresh()).statusCode, 200)
    door.clock.now += 10_000
  }
  const asked = door.upstream.refreshes.length
  t.ok(asked >= 5 && asked <= 9, `${asked} calls in ten minutes`)
  door.upstream.failure = undefined
  door.clock.now += 5 * MINUTE
  await one.refresh()
  await two.refresh()
  t.equal(door.upstream.refreshes.length, asked + 2, 'once it is back each login is checked')
})

t.test(
  'an answer that proves nothing is no answer: within the grace the person stays',
  async (t) => {
    const door = await openDoor(t, { UPSTREAM_CHECK: 'always', UPSTREAM_OUTAGE_GRACE: '60' })
    const at = await connected(door)
    door.upstream.failure = new UpstreamError('invalid', 'a signature that fits no key')
    t.equal((await at.refresh()).statusCode, 200)
    door.clock.now += 61_000
    t.equal((await at.refresh()).statusCode, 503)
    t.ok(await at.isAlive())
  },
)

t.test(
  'a misconfiguration is an error in the log, a 500 after the grace, and logs nobody out',
  async (t) => {
    const door = await openDoor(t)
    const at = await connected(door)
    door.clock.now += 20 * MINUTE
    door.upstream.failure = new UpstreamError('misconfigured', 'invalid_client')
    t.equal((await at.refresh()).statusCode, 200)
    t.ok(door.logs.some((line) => /"level":50.*the provider refuses this gateway/.test(line)))
    door.clock.now += DAY + 1000
    const refused = await at.refresh()
    t.match([refused.statusCode, refused.json()], [500, { error: 'server_error' }])
    t.ok(await at.isAlive())
    door.upstream.failure = undefined
    door.clock.now += 5 * MINUTE
    t.equal((await at.refresh()).statusCode, 200)
  },
)

t.test(
  'LOGIN_MAX_AGE: without a refresh token of the provider the age of the login counts',
  async (t) => {
    for (const [title, auth_time, days] of [
      ['since auth_time', Date.parse('2026-11-13T12:00:00Z') / 1000, 20],
      ['a time to come says nothing', Date.parse('2027-11-13T12:00:00Z') / 1000, 30],
    ] as const) {
      const door = await openDoor(t, { CONFIRM_PERSON: 'off', REFRESH_TOKEN_TTL: '31536000' })
      const { refreshToken: _, ...identity } = door.upstream.identity
      door.upstream.identity = { ...identity, auth_time }
      const at = await connected(door)
      door.clock.now += days * DAY
      t.equal((await at.refresh()).statusCode, 200, title)
      door.clock.now += 1000
      const late = await at.refresh()
      t.match([late.statusCode, late.json()], [400, { error: 'invalid_grant' }], title)
      t.notOk(await at.isAlive())
      t.same(door.upstream.refreshes, [])
    }
    const unchecked = await openDoor(t, { UPSTREAM_CHECK: 'never', LOGIN_MAX_AGE: '3600' })
    const at = await connected(unchecked)
    unchecked.clock.now += HOUR + 2000
    t.equal((await at.refresh()).statusCode, 400, 'and where UPSTREAM_CHECK is never')
  },
)

t.test(
  'the provider’s rotated token is used next, and is stored encrypted, bound to its grant',
  async (t) => {
    const door = await openDoor(t, { UPSTREAM_CHECK: 'always' })
    const at = await connected(door)
    door.upstream.identity = { ...door.upstream.identity, refreshToken: 'second-refresh-token' }
    await at.refresh()
    await at.refresh()
    t.same(door.upstream.refreshes, ['refresh-token-of-ender', 'second-refresh-token'])
    const [grant = ''] = await door.store.grantsOf({ client_id: at.client.client_id })
    const session = await door.store.upstreamSession(grant)
    t.match(session, { refreshToken: /^v1\./, checks: 2 })
    t.notMatch(JSON.stringify(session) + door.logs.join(''), /second-refresh-token/)
  },
)

t.test(
  'a provider that fails after it rotated the token logs nobody out: the new one is used next',
  async (t) => {
    const door = await openDoor(t, { UPSTREAM_CHECK: 'always' })
    const at = await connected(door)
    door.upstream.identity = { ...door.upstream.identity, refreshToken: 'second-refresh-token' }
    door.upstream.failure = new UpstreamError('unavailable', 'userinfo does not answer')
    t.equal((await at.refresh()).statusCode, 200)
    door.upstream.failure = undefined
    door.clock.now += MINUTE
    t.equal((await at.refresh()).statusCode, 200)
    t.same(door.upstream.refreshes, ['refresh-token-of-ender', 'second-refresh-token'])
  },
)

t.test(
  'a role that is gone takes its scope along from that refresh on; access tokens before it are dead',
  async (t) => {
    const door = await openDoor(t)
    door.upstream.identity = person('ender', 'BS-2401', ['student', 'instructor'])
    const at = await connected(door)
    const other = await connected(door)
    const before = [at.access_token, other.access_token]
    door.clock.now += 20 * MINUTE
    door.upstream.identity = person('ender', 'BS-2401', ['student'])
    const response = await at.refresh()
    t.match([response.statusCode, response.json()], [200, { scope: 'school:read school:write' }])
    const rolesOf = async (value: string) => {
      const token = parseToken('access', value)
      return token && (await door.store.find(token))?.roles
    }
    t.same(await rolesOf(at.access_token), ['student'])
    for (const value of before) t.equal(await rolesOf(value), undefined)
    t.equal((await other.refresh()).json().scope, 'school:read school:write', 'every client’s')
    door.upstream.identity = person('ender', 'BS-2401', ['student', 'instructor'])
    door.clock.now += 20 * MINUTE
    t.match((await at.refresh()).json().scope, /school:instruct/, 'it was granted, and is back')
  },
)

t.test(
  'attack: a refresh without a new ID token does not bring back a role that a later login took away',
  async (t) => {
    const door = await openDoor(t)
    const both = person('ender', 'BS-2401', ['student', 'instructor'])
    door.upstream.identity = both
    const [at, other] = [await connected(door), await connected(door)]
    door.clock.now += 20 * MINUTE
    door.upstream.identity = person('ender', 'BS-2401', ['student'])
    t.equal((await other.refresh()).json().scope, 'school:read school:write')
    door.upstream.identity = { ...both, isOld: true }
    t.equal((await at.refresh()).json().scope, 'school:read school:write')
    door.upstream.identity = { ...person('ender', 'BS-2401', ['instructor']), isOld: true }
    door.clock.now += 20 * MINUTE
    t.equal((await at.refresh()).statusCode, 400, 'and it may still take away')
    t.notOk(await at.isAlive())
  },
)

t.test(
  'a demotion between the check and the tokens leaves no token with the old rights',
  async (t) => {
    for (const verb of ['redeem', 'rotate'] as const) {
      const door = await openDoor(t)
      door.upstream.identity = person('ender', 'BS-2401', ['student', 'instructor'])
      const client = await door.register()
      const demote = async () => {
        door.upstream.identity = person('ender', 'BS-2401', ['student'])
        await door.authorize(client)
      }
      const write = door.store[verb].bind(door.store) as (...given: unknown[]) => Promise<unknown>
      const interrupted = async (...given: unknown[]) => {
        Object.assign(door.store, { [verb]: write })
        await demote()
        return write(...given)
      }
      const at = verb === 'rotate' ? await door.connect(client) : undefined
      Object.assign(door.store, { [verb]: interrupted })
      const given = at
        ? (await door.post('/token', refreshment(client, at.refresh_token))).json()
        : await door.connect(client)
      const token = parseToken('access', given.access_token)
      t.equal(token && (await door.store.find(token)), undefined, verb)
      const next = await door.post('/token', refreshment(client, given.refresh_token))
      t.match([next.statusCode, next.json().scope], [200, 'school:read school:write'], verb)
    }
  },
)

t.test('another student, or no role left: the grants are over at the refresh', async (t) => {
  for (const [student, roles] of [
    ['BS-9', ['student']],
    [undefined, ['student']],
    ['BS-2401', []],
  ] as const) {
    const door = await openDoor(t)
    const at = await connected(door)
    door.clock.now += 20 * MINUTE
    door.upstream.identity = person('ender', student, [...roles])
    const response = await at.refresh()
    t.match([response.statusCode, response.json()], [400, { error: 'invalid_grant' }])
    t.notOk(await at.isAlive())
  }
})

t.test('whose lock it was and who died: the next one asks when it has run out', async (t) => {
  const door = await openDoor(t, { UPSTREAM_CHECK: 'always' })
  const at = await connected(door)
  const [grant = ''] = await door.store.grantsOf({ client_id: at.client.client_id })
  await door.store.claim('lock', `upstream-${grant}`, { version: 1 }, 300)
  const claim = door.store.claim.bind(door.store)
  const waits = new Promise<void>((resolve) => {
    let refusals = 0
    door.store.claim = async (...given) => {
      const holder = await claim(...given)
      if (given[0] === 'lock' && holder && ++refusals === 2) resolve()
      return holder
    }
  })
  const waiting = at.refresh()
  await waits
  t.same(door.upstream.refreshes, [], 'it waits')
  door.clock.now += 301
  t.equal((await waiting).statusCode, 200)
  t.equal(door.upstream.refreshes.length, 1)
})
