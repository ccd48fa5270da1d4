/** Which logout tokens are obeyed (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6): the provider's own, over real HTTP. */
import fc from 'fast-check'
import t from 'tap'
import { type ClientKey, createClientKey } from '../../../test/support/client-assertion.ts'
import { UpstreamError } from '../../src/upstream/upstream.ts'
import { type AtProvider, atProvider, failureOf } from '../support/at-provider.ts'
import { LOGOUT_EVENT, logoutToken } from '../support/logout-token.ts'

type Changes = Record<string, unknown>

const SECOND = 1000

const verify = async (at: AtProvider, changes: Changes = {}, header: Changes = {}) =>
  at.upstream.verifyLogoutToken(await logoutToken(at.provider, at.clock.now, changes, header))

const refused = async (at: AtProvider, changes: Changes, header: Changes = {}) =>
  (await failureOf(verify(at, changes, header))).kind

t.test('Back-Channel Logout §2.6: a good token says which session, and whose', async (t) => {
  const at = await atProvider(t)
  t.match(await verify(at), {
    iss: at.provider.issuer,
    jti: String,
    sub: 'sub-of-ender',
    sid: 'sid-of-ender',
  })
})

t.test(
  'Back-Channel Logout §2.4: sub alone, sid alone; without either it is refused',
  async (t) => {
    const at = await atProvider(t)
    t.notOk('sid' in (await verify(at, { sid: undefined })))
    t.equal((await verify(at, { sub: undefined })).sub, undefined)
    t.equal(await refused(at, { sub: undefined, sid: undefined }), 'invalid')
    for (const name of ['sub', 'sid']) {
      for (const value of ['', 1, null, ['x'], {}, 'x'.repeat(1025)]) {
        t.equal(await refused(at, { [name]: value }), 'invalid', `${name}: ${typeof value}`)
      }
    }
  },
)

t.test('Back-Channel Logout §2.6: nonce must be absent', async (t) => {
  const at = await atProvider(t)
  for (const nonce of ['n', '', null, false]) {
    t.equal(await refused(at, { nonce }), 'invalid', JSON.stringify(nonce))
  }
})

t.test('Back-Channel Logout §2.6: events names a logout, with an object', async (t) => {
  const at = await atProvider(t)
  await verify(at, { events: { [LOGOUT_EVENT]: { more: 1 }, other: 'x' } })
  for (const events of [
    undefined,
    null,
    [],
    [LOGOUT_EVENT],
    LOGOUT_EVENT,
    {},
    { [`${LOGOUT_EVENT}/`]: {} },
    { [LOGOUT_EVENT.replace('http:', 'https:')]: {} },
    { [LOGOUT_EVENT.toUpperCase()]: {} },
    { [LOGOUT_EVENT]: null },
    { [LOGOUT_EVENT]: [] },
    { [LOGOUT_EVENT]: true },
    { [LOGOUT_EVENT]: '{}' },
    { __proto__: { [LOGOUT_EVENT]: {} } },
  ]) {
    t.equal(await refused(at, { events }), 'invalid', JSON.stringify(events))
  }
})

t.test('Back-Channel Logout §2.6: iss, aud, iat, exp and jti as in an ID token', async (t) => {
  const at = await atProvider(t)
  const now = Math.floor(at.clock.now / 1000)
  await verify(at, { aud: ['another', at.provider.clientId] })
  await verify(at, { azp: at.provider.clientId })
  for (const changes of [
    { iss: 'https://evil.example' },
    { iss: `${at.provider.issuer}/` },
    { iss: undefined },
    { aud: 'another' },
    { aud: [] },
    { aud: undefined },
    { azp: 'another' },
    { iat: undefined },
    { iat: String(now) },
    { exp: undefined },
    { exp: String(now + 60) },
    { jti: undefined },
    { jti: '' },
    { jti: 1 },
    { jti: 'x'.repeat(1025) },
    { nbf: now + 3600 },
  ]) {
    t.equal(await refused(at, changes), 'invalid', JSON.stringify(changes).slice(0, 60))
  }
})

t.test('clocks may differ by 60 s and no more; a token may be ten minutes old', async (t) => {
  const at = await atProvider(t)
  at.clock.now = Math.floor(at.clock.now / 1000) * 1000
  const now = at.clock.now / 1000
  await verify(at, { iat: now + 60, exp: now + 180 })
  const ahead = await failureOf(verify(at, { iat: now + 61, exp: now + 181 }))
  t.equal(ahead.kind, 'invalid')
  t.match(ahead.message, /iat, 61 s from our clock/)
  await verify(at, { iat: now - 100, exp: now - 59 })
  t.equal(await refused(at, { iat: now - 100, exp: now - 61 }), 'invalid')
  await verify(at, { iat: now - 660, exp: now + 86_400 })
  t.equal(await refused(at, { iat: now - 661, exp: now + 86_400 }), 'invalid')
})

t.test(
  'Back-Channel Logout §2.6: signed by the provider’s key, in an algorithm it lists',
  async (t) => {
    const at = await atProvider(t)
    for (const signature of [
      'none',
      'stranger',
      'hs256-secret',
      'hs256-public-key',
      'cut',
    ] as const) {
      at.provider.misbehave({ signature })
      t.equal(await refused(at, {}), 'invalid', signature)
    }
    const symmetric = { id_token_signing_alg_values_supported: ['HS256', 'none', 'RS256'] }
    const other = await atProvider(t, { metadata: symmetric })
    t.equal(await refused(other, {}), 'invalid', 'ES256 is not listed')
    other.provider.misbehave({ signature: 'hs256-secret' })
    t.equal(await refused(other, {}), 'invalid', 'listed, and still nobody’s alone')
    const silent = await atProvider(t, {
      metadata: { id_token_signing_alg_values_supported: undefined },
    })
    t.equal(await refused(silent, {}), 'invalid', 'RS256 where nothing is listed')
  },
)

t.test('Back-Channel Logout §2.4: typ is logout+jwt where it says anything', async (t) => {
  const at = await atProvider(t)
  for (const typ of [undefined, 'JWT', 'logout+jwt', 'Logout+JWT', 'application/logout+jwt']) {
    await verify(at, {}, { typ })
  }
  for (const typ of ['at+jwt', 'oauth-id-jag+jwt', 'secevent+jwt', '']) {
    t.equal(await refused(at, {}, { typ }), 'invalid', typ)
  }
})

t.test('an ID token is no logout token', async (t) => {
  const at = await atProvider(t)
  t.equal(await refused(at, { events: undefined, typ: undefined }, { typ: 'JWT' }), 'invalid')
})

t.test('a token that names no key is good by any of the provider’s that fits', async (t) => {
  const at = await atProvider(t, { metadata: { id_token_signing_alg_values_supported: ['RS256'] } })
  const [first, second, foreign] = await Promise.all(
    ['first', 'second', 'foreign'].map((name) => createClientKey(name, 'RS256')),
  )
  if (!first || !second || !foreign) throw new Error('there are three keys')
  at.provider.misbehave({ keys: [first.jwk, second.jwk] })
  const signedBy = (key: ClientKey, changes: Changes = {}) =>
    logoutToken({ ...at.provider, sign: key.sign }, at.clock.now, changes, { kid: undefined })
  for (const key of [first, second]) {
    t.match(await at.upstream.verifyLogoutToken(await signedBy(key)), { sid: 'sid-of-ender' })
    const stranger = at.upstream.verifyLogoutToken(await signedBy(key, { aud: 'another' }))
    t.match(await failureOf(stranger), { kind: 'invalid', message: /aud/ })
  }
  const forged = at.upstream.verifyLogoutToken(await signedBy(foreign))
  t.equal((await failureOf(forged)).kind, 'invalid')
})

t.test('keys that cannot be had are no fault of the token; a new key is fetched', async (t) => {
  for (const wrong of [
    { answers: { jwks: 500 } },
    { answers: { jwks: 'reset' } },
    { answers: { jwks: 'html' } },
    { answers: { jwks: 'huge' } },
    { answers: { jwks: 'redirect' } },
    { answers: { jwks: { status: 404, error: 'x' } } },
    { keys: ['no key'] },
  ] as const) {
    const at = await atProvider(t)
    at.provider.misbehave(wrong)
    t.equal(await refused(at, {}), 'unavailable', JSON.stringify(wrong))
    at.provider.misbehave()
    at.clock.now += 10 * SECOND
    await verify(at)
  }
  const broken = await atProvider(t)
  broken.provider.misbehave({ keys: [{ kty: 'EC', crv: 'P-256', x: '', y: '' }] })
  t.equal(await refused(broken, {}, { kid: undefined }), 'unavailable')
  const down = await atProvider(t)
  down.provider.misbehave({ answers: { discovery: 503 } })
  t.equal(await refused(down, {}), 'unavailable')
  const at = await atProvider(t)
  await verify(at)
  await at.provider.rotateKey()
  at.clock.now += 10 * SECOND
  at.provider.misbehave({ answers: { jwks: 503 } })
  t.equal(await refused(at, {}), 'unavailable', 'it may be signed by a new key')
  at.provider.misbehave()
  at.clock.now += 10 * SECOND
  await verify(at)
})

t.test(
  'strangers’ tokens with unknown keys do not make us ask for keys again and again',
  async (t) => {
    const at = await atProvider(t)
    await verify(at)
    for (let round = 0; round < 2; round++) {
      at.clock.now += 10 * SECOND
      for (let i = 0; i < 20; i++) t.equal(await refused(at, {}, { kid: `k${i}` }), 'invalid')
    }
    t.equal(at.provider.calls.jwks, 3, 'every ten seconds')
  },
)

t.test('whatever comes in place of a token is refused, and is no failure of ours', async (t) => {
  const at = await atProvider(t)
  const good = await logoutToken(at.provider, at.clock.now)
  const part = fc.oneof(fc.base64String(), fc.string(), fc.constant(''), fc.json())
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.tuple(part, part, part).map((parts) => parts.join('.')),
        fc
          .tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
          .map(([at, text]) => good.slice(0, at) + text + good.slice(at + text.length)),
      ),
      async (token) => {
        if (token === good) return
        const error = await at.upstream.verifyLogoutToken(token).then(
          () => undefined,
          (cause: unknown) => cause,
        )
        // Another spelling of the last character is the same signature to some; then it was obeyed.
        if (error === undefined) return token.slice(0, -2) === good.slice(0, -2)
        return error instanceof UpstreamError && error.kind === 'invalid'
      },
    ),
    { numRuns: 300 },
  )
  t.pass('each was refused as invalid')
})
