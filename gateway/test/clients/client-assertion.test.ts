import { createHmac, createPublicKey } from 'node:crypto'
import type { JWK, JWTPayload } from 'jose'
import t, { type Test } from 'tap'
import {
  assertionClaims,
  type ClientKey,
  createClientKey,
} from '../../../test/support/client-assertion.ts'
import { type Client, ClientDocumentError } from '../../src/clients/client.ts'
import { createAssertionCheck, readClaimedClientId } from '../../src/clients/client-assertion.ts'
import type { Clients } from '../../src/clients/clients.ts'
import { publicUrls } from '../../src/oauth/issuer.ts'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { StoreUnavailableError } from '../../src/store/store.ts'

const ID = 'https://app.example.com/client.json'
const urls = publicUrls(new URL('https://door.example.com'))
const client = (more: Partial<Client> = {}): Client => ({
  client_id: ID,
  origin: 'document',
  redirect_uris: ['https://app.example.com/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  ...more,
})
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function begin(t: Test, key?: ClientKey) {
  const clock = { now: Date.parse('2026-11-23T12:00:00Z') }
  const now = () => clock.now
  const store = createMemoryStore({
    now,
    lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 86_400 }),
  })
  t.teardown(() => store.close())
  const own = key ?? (await createClientKey())
  const published: { keys: unknown[]; reads: boolean[] } = { keys: [own.jwk], reads: [] }
  const keysOf: Clients['keysOf'] = async (_client, again) => {
    published.reads.push(again)
    return { keys: published.keys } as NonNullable<Client['jwks']>
  }
  const clients = { keysOf } as Clients
  const check = createAssertionCheck({ clients, store, urls, now })
  const fits = (who: Client, assertion: string) => check(who, assertion, '192.0.2.1')
  const claims = (more: JWTPayload = {}) => ({
    ...assertionClaims(ID, urls.issuer, clock.now),
    ...more,
  })
  return { clock, store, key: own, published, clients, fits, claims }
}

t.test('RFC 7523 §3: an assertion of the client’s own key is proof', async (t) => {
  for (const alg of ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'RS512', 'EdDSA']) {
    const { fits, key, claims } = await begin(t, await createClientKey('k', alg))
    t.equal(await fits(client(), await key.sign(claims())), true, alg)
  }
})

t.test('RFC 7523 §3 (3): aud is our issuer or one of our endpoints, and one string', async (t) => {
  const { fits, key, claims } = await begin(t)
  for (const aud of [
    urls.issuer,
    urls.tokenEndpoint,
    urls.revocationEndpoint,
    urls.introspectionEndpoint,
    urls.pushedAuthorizationRequestEndpoint,
  ]) {
    t.equal(await fits(client(), await key.sign(claims({ aud }))), true, aud)
  }
  for (const aud of [
    [urls.issuer],
    [urls.issuer, 'https://other.example.com'],
    ['https://other.example.com', urls.tokenEndpoint],
    [],
    'https://other.example.com',
    `${urls.issuer}/mcp`,
    `${urls.issuer}/`,
    `${urls.tokenEndpoint}/`,
    '',
    undefined,
    null,
    true,
  ] as never[]) {
    const assertion = await key.sign(claims({ aud }))
    t.equal(await fits(client(), assertion), false, JSON.stringify(aud))
  }
})

t.test('RFC 7523 §3 (1), (2): iss and sub are the client', async (t) => {
  const { fits, key, claims } = await begin(t)
  for (const more of [
    { iss: 'https://other.example.com/client.json' },
    { sub: 'https://other.example.com/client.json' },
    { iss: undefined },
    { sub: undefined },
    { iss: `${ID}/` },
    { iss: [ID] },
    { sub: '' },
  ] as JWTPayload[]) {
    t.equal(await fits(client(), await key.sign(claims(more))), false, JSON.stringify(more))
  }
  const other = client({ client_id: 'https://other.example.com/client.json' })
  t.equal(await fits(other, await key.sign(claims())), false, 'another client’s')
})

t.test('RFC 7523 §3 (4), (5): it expires, soon, and is not of the future', async (t) => {
  const { fits, key, claims, clock } = await begin(t)
  const at = Math.floor(clock.now / 1000)
  for (const [more, expected] of [
    [{ exp: at + 3600 }, true],
    [{ exp: at - 30 }, true],
    [{ exp: at + 3600 + 61 }, false],
    [{ exp: at + 86_400 * 365 }, false],
    [{ exp: 1e300 }, false],
    [{ exp: at - 61 }, false],
    [{ exp: undefined }, false],
    [{ exp: `${at + 60}` }, false],
    [{ exp: null }, false],
    [{ nbf: at + 61 }, false],
    [{ nbf: 'now' }, false],
    [{ nbf: at - 10 }, true],
    [{ iat: undefined }, true],
  ] as [JWTPayload, boolean][]) {
    t.equal(await fits(client(), await key.sign(claims(more))), expected, JSON.stringify(more))
  }
})

t.test(
  'RFC 8725 §3.1: alg none, or HMAC with the public key as its secret, is no proof',
  async (t) => {
    const { fits, key, claims, published } = await begin(t, await createClientKey('k', 'RS256'))
    const none = `${encode({ alg: 'none' })}.${encode(claims())}.`
    t.equal(await fits(client(), none), false)
    const publicKey = createPublicKey({ key: key.jwk as never, format: 'jwk' })
    for (const secret of [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(key.jwk),
      '',
    ]) {
      const input = `${encode({ alg: 'HS256', kid: 'k' })}.${encode(claims())}`
      const signature = createHmac('sha256', secret).update(input).digest('base64url')
      t.equal(await fits(client(), `${input}.${signature}`), false)
    }
    const weak = `${encode({ alg: 'RS1', kid: 'k' })}.${encode(claims())}.${encode('x')}`
    t.equal(await fits(client(), weak), false)
    t.equal(published.keys.length, 1)
  },
)

t.test('the key has to be published: one in the header of the assertion is nobody’s', async (t) => {
  const { fits, claims } = await begin(t)
  const thief = await createClientKey('first')
  t.equal(await fits(client(), await thief.sign(claims())), false)
  t.equal(await fits(client(), await thief.sign(claims(), { jwk: thief.jwk })), false)
  const jku = 'https://evil.example.com/jwks'
  t.equal(await fits(client(), await thief.sign(claims(), { jku, x5u: jku })), false)
})

t.test('RFC 7515 §4.1.11: a critical header that is not understood is no proof', async (t) => {
  const { fits, key, claims } = await begin(t)
  const [, payload] = (await key.sign(claims())).split('.')
  const header = encode({ alg: 'ES256', kid: 'first', crit: ['x'], x: 1 })
  t.equal(await fits(client(), `${header}.${payload}.${'A'.repeat(86)}`), false)
})

t.test('RFC 7523 §3 (7): an assertion is taken once, as long as it could be used', async (t) => {
  const { fits, key, claims, clock } = await begin(t)
  const assertion = await key.sign(claims())
  t.equal(await fits(client(), assertion), true)
  t.equal(await fits(client(), assertion), false)
  clock.now += 300_000 + 59_000
  t.equal(await fits(client(), assertion), false, 'at its very end')
  const jti = 'same'
  t.equal(await fits(client(), await key.sign(claims({ jti, exp: undefined as never }))), false)
  t.equal(
    await fits(client(), await key.sign(claims({ jti }))),
    true,
    'a refused one used nothing up',
  )
  t.equal(await fits(client(), await key.sign(claims({ jti }))), false)
  const other = client({ client_id: 'other' })
  const theirs = await key.sign(claims({ jti, iss: 'other', sub: 'other' }))
  t.equal(await fits(other, theirs), true, 'a jti belongs to its client')
})

t.test(
  'RFC 7523 §3 (7): without a jti it is known by what was signed, however the signature is spelled',
  async (t) => {
    const { fits, key, claims } = await begin(t)
    const { jti: _, ...unnamed } = claims()
    const assertion = await key.sign(unnamed)
    t.equal(await fits(client(), assertion), true)
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (const last of characters) {
      t.equal(await fits(client(), `${assertion.slice(0, -1)}${last}`), false, last)
    }
    for (const more of [' ', '\n', '=', '=='])
      t.equal(await fits(client(), assertion + more), false)
    const twice = await Promise.all(
      [1, 2, 3].map(async () => fits(client(), await key.sign(unnamed))),
    )
    t.same(twice, [false, false, false], 'the same claims signed again are the same assertion')
  },
)

t.test('attack: of a jti as long as a request only a hash is kept', async (t) => {
  const { fits, key, claims, store } = await begin(t)
  const kept: string[] = []
  const { claim } = store
  store.claim = (kind, id, record, lifetime) => {
    kept.push(id)
    return claim(kind, id, record, lifetime)
  }
  t.equal(await fits(client(), await key.sign(claims({ jti: 'x'.repeat(60_000) }))), true)
  t.match(kept, [/^[\w-]{43}$/])
})

t.test('ten at once: one is taken', async (t) => {
  const { fits, key, claims } = await begin(t)
  const assertion = await key.sign(claims())
  const taken = await Promise.all(Array.from({ length: 10 }, () => fits(client(), assertion)))
  t.equal(taken.filter(Boolean).length, 1)
})

t.test('OpenID Connect Core §10.1.1: a new key at jwks_uri is looked for, once', async (t) => {
  const { fits, claims, published, clients } = await begin(t)
  const next = await createClientKey('next')
  clients.keysOf = async (_client, again) => {
    published.reads.push(again)
    return { keys: again ? [next.jwk] : published.keys } as NonNullable<Client['jwks']>
  }
  const keys = { jwks_uri: 'https://app.example.com/jwks' }
  t.equal(await fits(client(keys), await next.sign(claims())), true, 'another kid')
  t.same(published.reads, [false, true])
  const sameKid = await createClientKey('first')
  t.equal(await fits(client(keys), await sameKid.sign(claims())), false)
  t.same(published.reads.slice(2), [false, true])
  t.equal(await fits(client(), await next.sign(claims())), false, 'inline keys are in the document')
  t.same(published.reads.slice(4), [false])
  t.equal(await fits(client(keys), await next.sign(claims({ exp: 1 }))), false)
})

t.test('keys that cannot be read are no proof and no fault of ours', async (t) => {
  const { fits, key, claims, clients } = await begin(t)
  for (const reason of ['unreachable', 'gone', 'invalid', 'refused'] as const) {
    clients.keysOf = async () => Promise.reject(new ClientDocumentError(reason, 'why'))
    await t.rejects(fits(client(), await key.sign(claims())), { name: 'ClientDocumentError' })
  }
  clients.keysOf = async () => Promise.reject(new StoreUnavailableError(new Error('down')))
  await t.rejects(fits(client(), await key.sign(claims())), StoreUnavailableError, 'ours is a 503')
})

t.test('a published key that is broken is no proof and no 5xx', async (t) => {
  for (const alg of ['ES256', 'RS256', 'EdDSA']) {
    const { fits, key, claims, published } = await begin(t, await createClientKey('k', alg))
    const { jwk } = key
    for (const broken of [
      { ...jwk, x: 'AAAA', n: 'AAAA' },
      { ...jwk, x: '', n: '' },
      { ...jwk, x: '!', n: '!' },
      { ...jwk, x: jwk.y ?? 'x', n: jwk.e ?? 'x' },
      { ...jwk, x: 1, n: 1 },
      { ...jwk, e: undefined, y: undefined, crv: undefined },
      { ...jwk, crv: 'P-999', e: '' },
      { ...jwk, key_ops: 'verify' },
      { ...jwk, kty: 'oct', k: 'AAAA' },
    ] as JWK[]) {
      published.keys = [broken]
      t.equal(await fits(client(), await key.sign(claims())), false, JSON.stringify(broken))
    }
  }
})

t.test('what is no JWT names no client', async (t) => {
  for (const assertion of [
    '',
    'x',
    'a.b.c',
    `.${encode({ sub: 1 })}.`,
    `e30.${encode([])}.`,
    `e30.${encode({})}.`,
    `e30.${encode({ sub: '' })}.`,
    'x'.repeat(50_000),
  ]) {
    t.equal(readClaimedClientId(assertion), undefined, assertion.slice(0, 40))
  }
  const { key, claims, fits } = await begin(t)
  t.equal(readClaimedClientId(await key.sign(claims())), ID)
  for (const assertion of ['', 'x', 'a.b.c', 'a.b.c.d.e', `e30.${encode(claims())}.`]) {
    t.equal(await fits(client(), assertion), false)
  }
})

t.test(
  'of several keys, one that the assertion does not name (RFC 7515 §4.1.4: kid is optional)',
  async (t) => {
    const { fits, key, published, claims } = await begin(t)
    const next = await createClientKey('next')
    const stranger = await createClientKey('stranger')
    published.keys = [key.jwk, next.jwk]
    const unnamed = { kid: undefined }
    t.equal(await fits(client(), await key.sign(claims(), unnamed)), true)
    t.equal(await fits(client(), await next.sign(claims(), unnamed)), true)
    t.equal(await fits(client(), await stranger.sign(claims(), unnamed)), false)
    t.equal(await fits(client(), await next.sign(claims({ aud: 'x' }), unnamed)), false)
  },
)
