/** DPoP at the token endpoint, the PAR endpoint and introspection (RFC 9449 §5, §6, §10). */
import t from 'tap'
import { sha256 } from '../../src/oauth/token-value.ts'
import { openDoor, redemption, refreshment } from '../support/door.ts'
import {
  connectWithKey,
  dpopHeader,
  MACHINE,
  machineRequest,
  refresh,
  tokenRequest,
} from '../support/dpop-door.ts'
import { dpopKey } from '../support/dpop-key.ts'

const key = await dpopKey()
const other = await dpopKey()
const REFUSED = [400, { error: 'invalid_grant' }]
const BAD_PROOF = [400, { error: 'invalid_dpop_proof' }]

const alive = async (door: Awaited<ReturnType<typeof openDoor>>, client_id: string) =>
  (await door.store.grantsOf({ client_id })).length

t.test('RFC 9449 §5: with a proof token_type is DPoP, without one it is Bearer', async (t) => {
  const door = await openDoor(t, { CLIENTS: MACHINE })
  const client = await door.register()
  const tokens = await connectWithKey(door, client, key)
  t.equal(tokens.token_type, 'DPoP')
  const next = await refresh(door, client, tokens.refresh_token, key)
  t.equal(next.json().token_type, 'DPoP')
  t.equal((await tokenRequest(door, machineRequest, key)).json().token_type, 'DPoP')
  t.equal((await tokenRequest(door, machineRequest)).json().token_type, 'Bearer')
  t.equal((await door.connect(client)).token_type, 'Bearer')
})

t.test(
  'RFC 9449 §5: an invalid proof is 400 invalid_dpop_proof, and takes neither code nor refresh token',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const authorized = await door.authorize(client)
    for (const bad of ['', 'x', (await dpopHeader(door, key, '/mcp')).dpop]) {
      const response = await door.post('/token', redemption(client, authorized), { dpop: bad })
      t.match([response.statusCode, response.json()], BAD_PROOF)
      t.equal(response.headers['cache-control'], 'no-store')
    }
    const redeemed = await tokenRequest(door, redemption(client, authorized), key)
    t.equal(redeemed.statusCode, 200, 'the code is still good')
    const { refresh_token } = redeemed.json()
    const late = await dpopHeader(door, key, '/token', { iat: door.clock.now / 1000 - 301 })
    const refused = await door.post('/token', refreshment(client, refresh_token), late)
    t.match([refused.statusCode, refused.json()], BAD_PROOF)
    t.equal((await refresh(door, client, refresh_token, key)).statusCode, 200)
  },
)

t.test('RFC 9449 §4.3 (9): the URL is our public one, whatever Host says', async (t) => {
  const door = await openDoor(t, { CLIENTS: MACHINE, PUBLIC_URL: 'https://door.example' })
  const host = 'evil.example'
  for (const htu of ['https://evil.example/token', 'http://evil.example/token']) {
    const headers = { host, ...(await dpopHeader(door, key, '/token', { htu })) }
    const response = await door.post('/token', machineRequest, headers)
    t.match([response.statusCode, response.json()], BAD_PROOF, htu)
  }
  const headers = { host, ...(await dpopHeader(door, key, '/token')) }
  t.equal((await door.post('/token', machineRequest, headers)).statusCode, 200)
})

t.test('RFC 9449 §11.1: a proof is good once, for as long as its iat would pass', async (t) => {
  const door = await openDoor(t, { CLIENTS: MACHINE })
  const ahead = { iat: door.clock.now / 1000 + 60 }
  const headers = await dpopHeader(door, key, '/token', ahead)
  t.equal((await door.post('/token', machineRequest, headers)).statusCode, 200)
  for (const later of [0, 300_000, 60_000]) {
    door.clock.now += later
    const again = await door.post('/token', machineRequest, headers)
    t.match([again.statusCode, again.json()], BAD_PROOF)
    t.match(again.json().error_description, 'used before', `${later} ms later`)
  }
  const jti = 'the same jti'
  for (const who of [key, other]) {
    const header = await dpopHeader(door, who, '/token', { jti })
    const response = await door.post('/token', machineRequest, header)
    t.equal(response.statusCode, 200, 'another client’s jti is its own affair')
  }
})

t.test('RFC 9449 §11.1: a proof is good once at every grant', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const authorized = await door.authorize(client)
  const redeeming = await dpopHeader(door, key, '/token')
  const { refresh_token } = (
    await door.post('/token', redemption(client, authorized), redeeming)
  ).json()
  const replayed = await door.post('/token', redemption(client, authorized), redeeming)
  t.match([replayed.statusCode, replayed.json()], BAD_PROOF, 'the whole request, once more')
  t.equal(await alive(door, client.client_id), 1)
  const refreshing = await dpopHeader(door, key, '/token')
  const form = refreshment(client, refresh_token)
  t.equal((await door.post('/token', form, refreshing)).statusCode, 200)
  for (const used of [refreshing, redeeming]) {
    const again = await door.post('/token', form, used)
    t.match([again.statusCode, again.json()], BAD_PROOF, 'in the grace window too')
  }
})

t.test('nobody fills the store with proofs: one is kept when all else is in order', async (t) => {
  const door = await openDoor(t, { CLIENTS: MACHINE })
  const client = await door.register()
  const authorized = await door.authorize(client, { dpop_jkt: key.jkt })
  const kept = t.capture(door.store, 'claim', door.store.claim)
  for (const form of [
    { ...redemption(client, authorized), code: 'bsg_ac_x' },
    { ...redemption(client, authorized), code_verifier: 'x'.repeat(43) },
    refreshment(client, 'bsg_rt_x'),
    { ...machineRequest, client_secret: 'wrong' },
    { ...machineRequest, scope: 'unknown' },
  ]) {
    t.not((await tokenRequest(door, form, key)).statusCode, 200)
  }
  await tokenRequest(door, redemption(client, authorized), other)
  t.same(kept(), [])
  t.equal((await tokenRequest(door, redemption(client, authorized), key)).statusCode, 200)
  t.equal(kept().length, 1)
})

t.test('RFC 9449 §5.2: who registered dpop_bound_access_tokens never comes without', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ dpop_bound_access_tokens: true })
  const authorized = await door.authorize(client)
  const without = await tokenRequest(door, redemption(client, authorized))
  t.match([without.statusCode, without.json()], BAD_PROOF)
  const redeemed = await tokenRequest(door, redemption(client, authorized), key)
  t.equal(redeemed.statusCode, 200)
  const { refresh_token } = redeemed.json()
  t.match((await refresh(door, client, refresh_token)).json(), { error: 'invalid_dpop_proof' })
  t.equal((await refresh(door, client, refresh_token, key)).statusCode, 200)
})

t.test(
  'RFC 9449 §5, attack: a public client’s refresh token, stolen, is nothing without the key',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { refresh_token } = await connectWithKey(door, client, key)
    for (const thief of [undefined, other]) {
      const stolen = await refresh(door, client, refresh_token, thief)
      t.match([stolen.statusCode, stolen.json()], REFUSED)
    }
    t.match(door.logs.join(''), /refresh_refused.*"why":"key"/)
    const next = await refresh(door, client, refresh_token, key)
    t.equal(next.statusCode, 200, 'the theft logged nobody out')
    const successor = next.json().refresh_token
    t.match((await refresh(door, client, successor, other)).json(), { error: 'invalid_grant' })
    t.equal((await refresh(door, client, successor, key)).statusCode, 200, 'bound by rotation too')
  },
)

t.test('ADR 8, RFC 9449 §5: a replay in the grace window needs the same key', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { refresh_token } = await connectWithKey(door, client, key)
  const first = (await refresh(door, client, refresh_token, key)).json()
  for (const thief of [undefined, other]) {
    const replay = await refresh(door, client, refresh_token, thief)
    t.match([replay.statusCode, replay.json()], REFUSED)
  }
  const again = await refresh(door, client, refresh_token, key)
  t.equal(again.json().refresh_token, first.refresh_token)
  t.equal(again.json().token_type, 'DPoP')
  door.clock.now += 601_000
  const late = await refresh(door, client, refresh_token, other)
  t.match([late.statusCode, late.json()], REFUSED)
  t.equal(await alive(door, client.client_id), 1, 'who has not the key ends no grant, even late')
  await refresh(door, client, refresh_token, key)
  t.equal(await alive(door, client.client_id), 0, 'who has it, does')
})

t.test(
  'RFC 9449 §5: a refresh with a proof binds what was not bound; then the grace replay needs that key',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const { refresh_token } = await door.connect(client)
    const bound = (await refresh(door, client, refresh_token, key)).json()
    t.equal(bound.token_type, 'DPoP')
    for (const thief of [undefined, other]) {
      const replay = await refresh(door, client, refresh_token, thief)
      t.match([replay.statusCode, replay.json()], REFUSED, 'the old token in the grace window')
      const stolen = await refresh(door, client, bound.refresh_token, thief)
      t.match([stolen.statusCode, stolen.json()], REFUSED, 'the successor')
    }
    const again = (await refresh(door, client, refresh_token, key)).json()
    t.equal(again.refresh_token, bound.refresh_token)
    t.equal((await refresh(door, client, bound.refresh_token, key)).statusCode, 200)
  },
)

t.test('RFC 9449 §5: a confidential client’s refresh token is bound to no key', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
  let { refresh_token, token_type } = await connectWithKey(door, client, key)
  t.equal(token_type, 'DPoP')
  for (const [next, type] of [
    [other, 'DPoP'],
    [undefined, 'Bearer'],
    [key, 'DPoP'],
  ] as const) {
    const response = await refresh(door, client, refresh_token, next)
    ;({ refresh_token, token_type } = response.json())
    t.match([response.statusCode, token_type], [200, type])
  }
})

t.test('what was bound stays bound, also where its client has got a secret since', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { refresh_token } = await connectWithKey(door, client, key)
  const record = await door.store.get('client', client.client_id)
  if (!record) throw new Error('the client is not kept')
  await door.store.replace('client', client.client_id, {
    ...record,
    token_endpoint_auth_method: 'client_secret_post',
    client_secret_sha256: sha256('a secret'),
  })
  const grown = { ...client, client_secret: 'a secret' }
  const next = await refresh(door, grown, refresh_token, key)
  t.equal(next.statusCode, 200)
  const stolen = await refresh(door, grown, next.json().refresh_token, other)
  t.match([stolen.statusCode, stolen.json()], REFUSED)
})

t.test(
  'RFC 9449 §10: a code with dpop_jkt is redeemed with that key; a failing try kills nothing',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const authorized = await door.authorize(client, { dpop_jkt: key.jkt })
    for (const thief of [undefined, other]) {
      const response = await tokenRequest(door, redemption(client, authorized), thief)
      t.match([response.statusCode, response.json()], REFUSED)
    }
    t.match(door.logs.join(''), /code_refused.*another key/)
    const redeemed = await tokenRequest(door, redemption(client, authorized), key)
    t.match([redeemed.statusCode, redeemed.json()], [200, { token_type: 'DPoP' }])
    await tokenRequest(door, redemption(client, authorized), other)
    t.equal(await alive(door, client.client_id), 1, 'a replay without the key ends nothing')
  },
)

t.test('RFC 9449 §10.1: a proof at /par is a dpop_jkt, checked as everywhere', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const push = async (more: Record<string, string>, headers: Record<string, string>) =>
    door.post(
      '/par',
      {
        response_type: 'code',
        client_id: client.client_id,
        code_challenge: 'c'.repeat(43),
        code_challenge_method: 'S256',
        ...more,
      },
      headers,
    )
  const kept = async (pushed: Awaited<ReturnType<typeof push>>) => {
    const id = String(pushed.json().request_uri).split(':').at(-1) ?? ''
    return (await door.store.get('pushed', id))?.request.dpop_jkt
  }
  const header = (claims = {}) => dpopHeader(door, key, '/par', claims)
  t.equal(await kept(await push({}, await header())), key.jkt)
  t.equal(await kept(await push({ dpop_jkt: key.jkt }, await header())), key.jkt, 'both, the same')
  t.equal(await kept(await push({ dpop_jkt: key.jkt }, {})), key.jkt)
  t.equal(await kept(await push({}, {})), undefined)
  const differs = await push({ dpop_jkt: other.jkt }, await header())
  t.match([differs.statusCode, differs.json()], [400, { error: 'invalid_request' }])
  const used = await header()
  await push({}, used)
  for (const bad of [used, { dpop: 'x' }, await header({ htm: 'GET' })]) {
    const response = await push({}, bad)
    t.match([response.statusCode, response.json()], BAD_PROOF)
  }
})

t.test('RFC 9449 §6.2: introspection says the key and the type of the token', async (t) => {
  const door = await openDoor(t, { CLIENTS: MACHINE })
  const introspect = async (token: string) =>
    (await door.post('/introspect', { ...machineRequest, token })).json()
  const bound = (await tokenRequest(door, machineRequest, key)).json().access_token
  t.match(await introspect(bound), { active: true, token_type: 'DPoP', cnf: { jkt: key.jkt } })
  const plain = await introspect((await tokenRequest(door, machineRequest)).json().access_token)
  t.match(plain, { active: true, token_type: 'Bearer' })
  t.notOk('cnf' in plain)
})

t.test(
  'RFC 9449 §11.2: a bound access token is short-lived: an hour, as every other',
  async (t) => {
    const door = await openDoor(t, { CLIENTS: MACHINE })
    const { access_token, expires_in } = (await tokenRequest(door, machineRequest, key)).json()
    t.equal(expires_in, 3600)
    const isActive = async () =>
      (await door.post('/introspect', { ...machineRequest, token: access_token })).json().active
    door.clock.now += 3600_000 - 1
    t.equal(await isActive(), true)
    door.clock.now += 1
    t.equal(await isActive(), false)
  },
)

t.test('RFC 9449 §5.1, RFC 9728 §2: both documents list the algorithms', async (t) => {
  const door = await openDoor(t)
  for (const name of ['oauth-authorization-server', 'oauth-protected-resource/mcp']) {
    const document = (await door.app.inject({ url: `/.well-known/${name}` })).json()
    const listed: string[] = document.dpop_signing_alg_values_supported
    t.ok(listed.includes('ES256'), name)
    t.notOk(
      listed.some((alg) => alg === 'none' || alg.startsWith('HS')),
      'RFC 9449 §4.2: no none, nothing symmetric',
    )
  }
})

t.test('no proof and no key of a client is ever logged', async (t) => {
  const door = await openDoor(t, { CLIENTS: MACHINE })
  const good = await dpopHeader(door, key, '/token')
  const bad = await dpopHeader(door, key, '/mcp')
  for (const headers of [good, good, bad]) await door.post('/token', machineRequest, headers)
  t.match(door.logs.join(''), /used before/)
  for (const { dpop } of [good, bad]) t.notMatch(door.logs.join(''), dpop.split('.')[2] ?? dpop)
})
