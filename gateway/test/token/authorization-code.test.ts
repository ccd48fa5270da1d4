import t from 'tap'
import { parseToken } from '../../src/oauth/token-value.ts'
import { openDoor, redemption, refreshment } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

const APP = 'https://app.example/cb'

t.test(
  'RFC 6749 §5.1: the answer has integer expires_in, string scope, a refresh token, no-store and no null',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const response = await door.post('/token', redemption(client, await door.authorize(client)))
    t.equal(response.statusCode, 200)
    t.equal(response.headers['cache-control'], 'no-store')
    t.equal(response.headers['set-cookie'], undefined, 'RFC 6750 §5.3: no token in a cookie')
    const { access_token, refresh_token, ...rest } = response.json()
    t.match(access_token, /^bsg_at_/)
    t.match(refresh_token, /^bsg_rt_/, 'C44: without asking for offline_access')
    t.same(rest, { token_type: 'Bearer', expires_in: 3600, scope: 'school:read school:write' })
  },
)

t.test('scope lists what was given: asked ∩ ours, plus school:instruct by role', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  t.equal((await door.connect(client, { scope: 'claudeai' })).scope, 'school:read school:write')
  t.equal((await door.connect(client, { scope: 'school:read' })).scope, 'school:read')
  door.upstream.identity = person('graff', undefined, ['instructor'])
  t.equal(
    (await door.connect(client, { scope: 'school:read offline_access' })).scope,
    'school:read school:instruct',
  )
})

t.test(
  'RFC 6749 §4.1.2: ten parallel redemptions of one code give one success, and the replay revokes',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const request = redemption(client, await door.authorize(client))
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => door.post('/token', request)),
    )
    const given = answers.filter(({ statusCode }) => statusCode === 200)
    t.equal(given.length, 1)
    for (const answer of answers.filter((other) => other !== given[0])) {
      t.match([answer.statusCode, answer.json()], [400, { error: 'invalid_grant' }])
    }
    t.same(
      await door.store.grantsOf({ client_id: client.client_id }),
      [],
      'a complete replay revokes',
    )
  },
)

t.test('a code presented with a failing check is refused and kills nothing', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ redirect_uris: [APP] })
  const other = await door.register({ redirect_uris: [APP], client_name: 'other' })
  const authorized = await door.authorize(client)
  const good = redemption(client, authorized)
  for (const [title, wrong, error] of [
    ['RFC 7636 §4.6: a wrong verifier', { code_verifier: 'w'.repeat(43) }, 'invalid_grant'],
    ['RFC 6749 §4.1.3: another client', { client_id: other.client_id }, 'invalid_grant'],
    ['RFC 6749 §4.1.3: another redirect URI', { redirect_uri: `${APP}/x` }, 'invalid_grant'],
    ['RFC 8707 §2.2: another resource', { resource: 'https://evil.example' }, 'invalid_target'],
    ['no verifier', { code_verifier: '' }, 'invalid_request'],
    [
      'another code',
      { code: authorized.code.replace(/.(?=.$)/, (x) => (x === 'A' ? 'B' : 'A')) },
      'invalid_grant',
    ],
    ['not a code', { code: 'x' }, 'invalid_grant'],
  ] as const) {
    const response = await door.post('/token', { ...good, ...wrong })
    t.equal(response.statusCode, 400, title)
    t.equal(response.json().error, error, title)
  }
  const redeemed = await door.post('/token', good)
  t.equal(redeemed.statusCode, 200, 'the rightful client still redeems it')
  for (const wrong of [{ code_verifier: 'w'.repeat(43) }, { client_id: other.client_id }]) {
    t.equal((await door.post('/token', { ...good, ...wrong })).statusCode, 400)
  }
  const [alive] = await door.store.grantsOf({ client_id: client.client_id })
  t.ok(alive, 'an incomplete replay revokes nothing')
})

t.test('the same words refuse an unknown, an expired, another’s and a used code', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const first = redemption(client, await door.authorize(client))
  const used = redemption(client, await door.authorize(client))
  await door.post('/token', used)
  const stranger = await door.register({ client_name: 'another' })
  const unknown = await door.post('/token', { ...first, code: 'x' })
  t.match([unknown.statusCode, unknown.json()], [400, { error: 'invalid_grant' }])
  for (const [title, request] of Object.entries({
    'with another verifier': { ...first, code_verifier: 'w'.repeat(43) },
    'another’s': { ...first, client_id: stranger.client_id },
    used,
  })) {
    t.equal((await door.post('/token', request)).body, unknown.body, title)
  }
  door.clock.now += 61_000
  t.equal((await door.post('/token', first)).body, unknown.body, 'expired')
})

t.test('C35, RFC 8707 §2.2: resource may be absent, or spelled with a slash', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const asked = { resource: 'http://localhost:3000/mcp' }
  for (const sent of [{}, { resource: 'http://LOCALHOST:3000/mcp/' }, asked]) {
    for (const authorized of [await door.authorize(client, asked), await door.authorize(client)]) {
      const response = await door.post('/token', { ...redemption(client, authorized), ...sent })
      t.equal(response.statusCode, 200, JSON.stringify(sent))
    }
  }
})

t.test('OAuth 2.1 §4.1.3: the token request may leave redirect_uri out', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { redirect_uri: _, ...request } = redemption(client, await door.authorize(client))
  t.equal((await door.post('/token', request)).statusCode, 200)
})

t.test('OAuth 2.1 §3.2: a parameter that is not known is ignored', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const request = redemption(client, await door.authorize(client))
  const response = await door.post('/token', { ...request, audience: 'x', scope: 'y', foo: '' })
  t.equal(response.statusCode, 200)
  t.equal(response.json().scope, 'school:read school:write')
})

t.test('C25: a registration that is used outlives the day of an unused one', async (t) => {
  const door = await openDoor(t)
  const used = await door.register({ client_name: 'used' })
  const unused = await door.register({ client_name: 'unused' })
  await door.connect(used)
  door.clock.now += 2 * 86_400_000
  t.ok(await door.store.get('client', used.client_id))
  t.equal(await door.store.get('client', unused.client_id), undefined)
})

t.test(
  'a new authorization, as wide or narrower, leaves the earlier grant as it was',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register({ redirect_uris: [APP] })
    const earlier = await door.connect(client)
    for (const more of [{}, { scope: 'school:read' }]) {
      door.clock.now += 1000
      await door.connect(client, more)
    }
    const access = parseToken('access', earlier.access_token)
    t.ok(access && (await door.store.find(access)), 'its access token')
    const refreshed = await door.post('/token', refreshment(client, earlier.refresh_token))
    t.match([refreshed.statusCode, refreshed.json()], [200, { scope: earlier.scope }])
    t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 3)
  },
)

t.test(
  'a new authorization ends no earlier grant; beyond GRANTS_PER_CLIENT the least recently used goes',
  async (t) => {
    const door = await openDoor(t, { GRANTS_PER_CLIENT: '2' })
    const client = await door.register()
    await door.connect(client)
    door.clock.now += 1000
    const second = await door.connect(client)
    t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 2)
    door.clock.now += 1000
    await door.connect(client)
    const living = await door.store.grantsOf({ client_id: client.client_id })
    t.equal(living.length, 2)
    t.equal(living[0], second.access_token.slice(7, 29), 'the first one went')
    t.match(door.logs.join(''), /grant_evicted/)
    door.upstream.identity = person('bean', 'BS-2507', ['student'])
    await door.connect(client)
    t.equal(
      (await door.store.grantsOf({ client_id: client.client_id })).length,
      3,
      'each person has their own',
    )
  },
)
