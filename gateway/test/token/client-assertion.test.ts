/** `private_key_jwt` of a client with a document, at /token, /revoke and /par (RFC 7523 §2.2; C29). */
import { createHmac, createPublicKey } from 'node:crypto'
import type { JWTPayload } from 'jose'
import t, { type Test } from 'tap'
import {
  assertionClaims,
  type ClientKey,
  createClientKey,
  JWT_BEARER,
} from '../../../test/support/client-assertion.ts'
import { openDoorWithDocuments } from '../support/document-web.ts'
import { authorizationUrl, type RegisteredClient, redemption } from '../support/door.ts'

const ID = 'https://app.example.com/client.json'
const JWKS = 'https://keys.example.com/jwks'
const CALLBACK = 'https://app.example.com/callback'
const client: RegisteredClient = { client_id: ID, redirect_uris: [CALLBACK] }
const DOCUMENT = {
  client_id: ID,
  redirect_uris: [CALLBACK],
  // ChatGPT's shape: C29.
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
}
const AUD = 'http://localhost:3000'
const MINUTE = 60_000
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function begin(t: Test, published: 'jwks' | 'jwks_uri' = 'jwks_uri', key?: ClientKey) {
  const opened = await openDoorWithDocuments(t)
  const { door, web } = opened
  const own = key ?? (await createClientKey())
  const jwks = { keys: [own.jwk] }
  web.set(ID, { ...DOCUMENT, ...(published === 'jwks' ? { jwks } : { jwks_uri: JWKS }) })
  web.set(JWKS, jwks)
  const claims = (more: JWTPayload = {}) => ({
    ...assertionClaims(ID, AUD, door.clock.now),
    ...more,
  })
  const proof = (client_assertion: string) => ({
    client_assertion_type: JWT_BEARER,
    client_assertion,
  })
  const proven = async (more?: JWTPayload, by = own) => proof(await by.sign(claims(more)))
  /** To a refresh token: the code redeemed with an honest assertion. */
  const connect = async () => {
    const request = { ...redemption(client, await door.authorize(client)), ...(await proven()) }
    const response = await door.post('/token', request)
    return { status: response.statusCode, refresh_token: String(response.json().refresh_token) }
  }
  const refresh = async (refresh_token: string, credentials: Record<string, string>) => {
    const response = await door.post('/token', {
      grant_type: 'refresh_token',
      refresh_token,
      client_id: ID,
      ...credentials,
    })
    return { status: response.statusCode, body: response.json() }
  }
  return { ...opened, key: own, claims, proof, proven, connect, refresh }
}

const INVALID_CLIENT = { status: 401, body: { error: 'invalid_client' } }

for (const published of ['jwks', 'jwks_uri'] as const) {
  t.test(
    `C29: with ${published}: code, refresh, revocation and a pushed request, each with an assertion`,
    async (t) => {
      const { door, connect, refresh, proven } = await begin(t, published)
      const { status, refresh_token } = await connect()
      t.equal(status, 200)
      const refreshed = await refresh(refresh_token, await proven())
      t.equal(refreshed.status, 200)
      const { url } = authorizationUrl(client)
      const request = Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?'))))
      const pushed = await door.post('/par', { ...request, ...(await proven()) })
      t.equal(pushed.statusCode, 201)
      const token = refreshed.body.refresh_token
      t.equal((await door.post('/revoke', { token, client_id: ID })).statusCode, 401)
      t.equal((await door.post('/revoke', { token, ...(await proven()) })).statusCode, 200)
      t.match(await refresh(token, await proven()), {
        status: 400,
        body: { error: 'invalid_grant' },
      })
    },
  )
}

t.test(
  'C29: a client with keys has no other way: by its name alone, or with a secret, it is refused',
  async (t) => {
    const { door, connect, refresh, proven } = await begin(t)
    const authorized = await door.authorize(client)
    const bare = await door.post('/token', redemption(client, authorized))
    t.match([bare.statusCode, bare.json().error], [401, 'invalid_client'])
    const pushed = await door.post('/par', { client_id: ID, response_type: 'code' })
    t.equal(pushed.statusCode, 401)
    const { refresh_token } = await connect()
    for (const credentials of [
      {},
      { client_secret: 'x' },
      { client_assertion_type: JWT_BEARER },
      { client_assertion: '' },
    ] as Record<string, string>[]) {
      const { status, body } = await refresh(refresh_token, credentials)
      t.ok([400, 401].includes(status), JSON.stringify(credentials))
      t.match(body.error, /^invalid_(client|request)$/)
    }
    t.equal((await refresh(refresh_token, await proven())).status, 200, 'nothing was used up')
  },
)

t.test('unreachable keys never mean `none`: 401, whatever is sent', async (t) => {
  for (const reason of ['unreachable', 'gone', 'refused', 'invalid'] as const) {
    const { door, web, connect, refresh, proven } = await begin(t)
    web.set(JWKS, reason)
    const authorized = await door.authorize(client)
    for (const credentials of [{}, await proven()]) {
      const request = { ...redemption(client, authorized), ...credentials }
      const response = await door.post('/token', request)
      t.match([response.statusCode, response.json().error], [401, 'invalid_client'], reason)
    }
    web.set(JWKS, { keys: [] })
    door.clock.now += 5_000
    t.equal((await connect()).status, 401, 'an empty set')
    web.set(JWKS, { keys: [(await createClientKey()).jwk] })
    door.clock.now += MINUTE
    const { status } = await refresh('x', await proven())
    t.equal(status, 401, 'another’s keys')
  }
})

t.test(
  'OpenID Connect Core §10.1.1: a key that is new at jwks_uri is seen, one that is gone ends',
  async (t) => {
    const { web, door, connect, refresh, proven, fetches } = await begin(t)
    const { refresh_token } = await connect()
    const next = await createClientKey('next')
    web.set(JWKS, { keys: [next.jwk] })
    door.clock.now += MINUTE
    const refreshed = await refresh(refresh_token, await proven({}, next))
    t.equal(refreshed.status, 200)
    t.equal(fetches.filter((url) => url === JWKS).length, 2)
    const old = await refresh(refreshed.body.refresh_token, await proven())
    t.match(old, INVALID_CLIENT)
  },
)

t.test('strangers with wrong keys make us look for new ones twice a minute at most', async (t) => {
  const { door, connect, refresh, proven, fetches } = await begin(t)
  const { refresh_token } = await connect()
  const thief = await createClientKey('thief')
  for (let at = 0; at < 60; at++) {
    door.clock.now += 1_000
    t.match(await refresh(refresh_token, await proven({}, thief)), INVALID_CLIENT)
  }
  t.ok(fetches.filter((url) => url === JWKS).length <= 4)
})

t.test(
  'keys out of reach for an hour log nobody out: what was published serves a day',
  async (t) => {
    const { web, door, connect, refresh, proven } = await begin(t)
    const { refresh_token } = await connect()
    web.set(JWKS, 'unreachable')
    door.clock.now += 60 * MINUTE
    const refreshed = await refresh(refresh_token, await proven())
    t.equal(refreshed.status, 200)
    door.clock.now += 23 * 60 * MINUTE
    t.match(await refresh(refreshed.body.refresh_token, await proven()), INVALID_CLIENT)
  },
)

t.test('RFC 7523 §3: what an assertion must not be is one 401, and uses nothing up', async (t) => {
  const key = await createClientKey('first', 'RS256')
  const { door, connect, refresh, proven, proof, claims } = await begin(t, 'jwks_uri', key)
  const { refresh_token } = await connect()
  const at = Math.floor(door.clock.now / 1000)
  const thief = await createClientKey('first', 'RS256')
  const used = await proven()
  t.equal((await refresh('x', used)).status, 400, 'it was proven, and the token is none')
  const pem = createPublicKey({ key: key.jwk as never, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  })
  const hmacInput = `${encode({ alg: 'HS256', kid: 'first' })}.${encode(claims())}`
  const hmac = createHmac('sha256', pem).update(hmacInput).digest('base64url')
  const bodies = new Set<string>()
  for (const [title, credentials] of [
    ['replayed', used],
    ['aud as a list', await proven({ aud: [AUD] })],
    ['aud as a list of two', await proven({ aud: [AUD, 'https://other.example.com'] })],
    ['aud of another server', await proven({ aud: 'https://other.example.com' })],
    ['no aud', await proven({ aud: undefined as never })],
    ['iss of another', await proven({ iss: 'https://other.example.com/client.json' })],
    ['no iss', await proven({ iss: undefined as never })],
    ['sub of another', await proven({ sub: 'https://other.example.com/client.json' })],
    ['expired', await proven({ exp: at - 120 })],
    ['good for a year', await proven({ exp: at + 365 * 86_400 })],
    ['no exp', await proven({ exp: undefined as never })],
    ['not yet', await proven({ nbf: at + 3600 })],
    ['another key', await proven({}, thief)],
    ['alg none', proof(`${encode({ alg: 'none' })}.${encode(claims())}.`)],
    ['HS256 with the public key', proof(`${hmacInput}.${hmac}`)],
    ['no JWT', proof('x')],
  ] as const) {
    const { status, body } = await refresh(refresh_token, credentials)
    t.match({ status, body }, INVALID_CLIENT, title)
    bodies.add(JSON.stringify(body))
  }
  t.equal(bodies.size, 1, 'and never which half was wrong')
  t.equal((await refresh(refresh_token, await proven())).status, 200)
})

t.test(
  'a stranger who asks for the keys as if they were a document spoils them for nobody',
  async (t) => {
    const { door, connect, refresh, proven } = await begin(t)
    const { refresh_token } = await connect()
    door.clock.now += 60 * MINUTE
    const { url } = authorizationUrl({ client_id: JWKS, redirect_uris: [CALLBACK] })
    t.equal((await door.browser().get(url)).statusCode, 400)
    t.equal((await refresh(refresh_token, await proven())).status, 200)
  },
)

t.test('RFC 6749 §2.3: two methods in one request are invalid_request', async (t) => {
  const { door, connect, proven } = await begin(t)
  const { refresh_token } = await connect()
  const request = { grant_type: 'refresh_token', refresh_token, ...(await proven()) }
  const authorization = `Basic ${Buffer.from('a:b').toString('base64')}`
  for (const [form, headers] of [
    [{ ...request, client_secret: 'x' }, {}],
    [request, { authorization }],
    [
      {
        ...request,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
      },
      {},
    ],
  ] as const) {
    const response = await door.post('/token', form, headers)
    t.match([response.statusCode, response.json().error], [400, 'invalid_request'])
  }
  const twice = `${new URLSearchParams(request)}&client_assertion=x`
  t.equal((await door.post('/token', twice)).statusCode, 400)
})

t.test(
  'RFC 7521 §4.2: client_id may be left out, and has to be the same where it is not',
  async (t) => {
    const { door, web, connect, proven } = await begin(t)
    const { refresh_token } = await connect()
    const other = 'https://other.example.com/client.json'
    web.set(other, {
      ...DOCUMENT,
      client_id: other,
      token_endpoint_auth_method: 'none',
      token_endpoint_auth_methods_supported: ['none'],
    })
    await door.connect({ client_id: other, redirect_uris: [CALLBACK] })
    const request = { grant_type: 'refresh_token', refresh_token }
    const asAnother = await door.post('/token', {
      ...request,
      ...(await proven()),
      client_id: other,
    })
    t.match([asAnother.statusCode, asAnother.json().error], [401, 'invalid_client'])
    const sub = await proven({ sub: other })
    t.equal((await door.post('/token', { ...request, ...sub, client_id: other })).statusCode, 401)
    const alone = await door.post('/token', { ...request, ...(await proven()) })
    t.equal(alone.statusCode, 200)
  },
)

t.test(
  'OAuth 2.1 §2.2, RFC 9700 §4.15.1: an id that its owner chose is nobody’s subject: no token in its own name',
  async (t) => {
    const { door, web, key, proven } = await begin(t)
    const grant_types = ['authorization_code', 'client_credentials']
    web.set(ID, {
      ...DOCUMENT,
      jwks: { keys: [key.jwk] },
      grant_types,
      scope: 'school:read',
      service_scopes: ['school:read'],
    })
    await door.authorize(client)
    const form = { grant_type: 'client_credentials', scope: 'school:read', ...(await proven()) }
    const response = await door.post('/token', form)
    t.match([response.statusCode, response.json()], [400, { error: 'unauthorized_client' }])
  },
)

t.test('a published key that is broken is a 401, never a 5xx', async (t) => {
  const { door, web, key, proven } = await begin(t)
  const authorized = await door.authorize(client)
  web.set(JWKS, { keys: [{ ...key.jwk, x: 'AAAA' }] })
  const request = { ...redemption(client, authorized), ...(await proven()) }
  const response = await door.post('/token', request)
  t.match([response.statusCode, response.json().error], [401, 'invalid_client'])
})

t.test('no assertion is in the log', async (t) => {
  const { door, connect, refresh, proven } = await begin(t)
  const { refresh_token } = await connect()
  const credentials = await proven({ aud: [AUD] })
  await refresh(refresh_token, credentials)
  t.ok(door.logs.length > 0)
  t.notMatch(door.logs.join('\n'), String(credentials.client_assertion).split('.')[1] ?? 'x')
})
