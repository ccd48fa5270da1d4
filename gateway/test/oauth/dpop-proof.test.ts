import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { checkDpopProof } from '../../src/oauth/dpop-proof.ts'
import { sha256 } from '../../src/oauth/token-value.ts'
import { type Claims, dpopKey } from '../support/dpop-key.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const iat = NOW / 1000
const REQUEST = { htm: 'POST', htu: 'https://door.example/token' }
const key = await dpopKey()

const check = (proof: string, request: Parameters<typeof checkDpopProof>[1] = REQUEST) =>
  checkDpopProof([proof], request, NOW)
const proofWith = (claims: Partial<Claims>, header?: Record<string, unknown>) =>
  key.proof({ ...REQUEST, iat, ...claims }, header)
const REFUSED = { code: 'invalid_dpop_proof', status: 400 }

t.test('RFC 9449 §6.1, RFC 7638: a good proof gives the thumbprint of its key', async (t) => {
  t.match(await check(await proofWith({ jti: 'one' })), { jkt: key.jkt, jti: 'one' })
})

t.test('RFC 9449 §4.2: every algorithm of the metadata may sign', async (t) => {
  for (const alg of ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'RS512', 'EdDSA', 'Ed25519']) {
    const other = await dpopKey(alg)
    t.match(await check(await other.proof({ ...REQUEST, iat })), { jkt: other.jkt }, alg)
  }
})

t.test('RFC 9449 §4.3 (1): not more than one DPoP header, nor two proofs in one', async (t) => {
  const [one, two] = [await proofWith({}), await proofWith({})]
  await t.rejects(checkDpopProof([], REQUEST, NOW), REFUSED)
  await t.rejects(checkDpopProof([one, two], REQUEST, NOW), REFUSED)
  await t.rejects(checkDpopProof([one, one], REQUEST, NOW), REFUSED)
  await t.rejects(check(`${one}, ${two}`), REFUSED)
})

t.test('RFC 9449 §4.3 (2): the header is one well-formed JWT', async (t) => {
  const [head, body] = (await proofWith({})).split('.')
  for (const bad of ['', 'x', 'a.b', 'a.b.c', `${head}.${body}`, `${head}.${body}.`, `.${body}.`]) {
    await t.rejects(check(bad), REFUSED, JSON.stringify(bad))
  }
})

t.test('RFC 9449 §4.3 (3): jti, htm, htu and iat are all required', async (t) => {
  for (const claim of ['jti', 'htm', 'htu', 'iat']) {
    for (const value of [undefined, null, '', 7, {}]) {
      if (claim === 'iat' && value === 7) continue
      const bad = await proofWith({ [claim]: value })
      await t.rejects(check(bad), REFUSED, `${claim}: ${JSON.stringify(value)}`)
    }
  }
})

t.test('RFC 9449 §11.1: a jti that is larger than needed is refused', async (t) => {
  t.ok(await check(await proofWith({ jti: 'j'.repeat(256) })))
  await t.rejects(check(await proofWith({ jti: 'j'.repeat(257) })), REFUSED)
})

t.test('RFC 9449 §4.3 (4): typ is dpop+jwt', async (t) => {
  for (const typ of [undefined, 'JWT', 'jwt', 'at+jwt', 'dpop', '']) {
    await t.rejects(check(await proofWith({}, { typ })), REFUSED, String(typ))
  }
})

t.test('RFC 9449 §4.3 (5): alg is asymmetric and supported, never none', async (t) => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = part({ ...REQUEST, iat, jti: 'x' })
  const none = `${part({ typ: 'dpop+jwt', alg: 'none', jwk: key.jwk })}.${body}.`
  await t.rejects(check(none), REFUSED, 'none')
  const secret = Buffer.from('a symmetric key that the proof itself carries')
  for (const jwk of [{ kty: 'oct', k: secret.toString('base64url') }, key.jwk]) {
    const symmetric = await new SignJWT({ ...REQUEST, iat, jti: 'x' })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk })
      .sign(secret)
    await t.rejects(check(symmetric), REFUSED, 'HS256')
  }
})

t.test('RFC 9449 §4.3 (6): the signature is that of the key in the header', async (t) => {
  const stranger = await dpopKey()
  await t.rejects(check(await proofWith({}, { jwk: stranger.jwk })), REFUSED, 'another key')
  const [head, , signature] = (await proofWith({})).split('.')
  const [, body] = (await proofWith({ jti: 'altered' })).split('.')
  await t.rejects(check(`${head}.${body}.${signature}`), REFUSED, 'other claims')
  for (const jwk of [undefined, null, 'x', [], {}, { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }]) {
    await t.rejects(check(await proofWith({}, { jwk })), REFUSED, JSON.stringify(jwk))
  }
  const byName = { jwk: undefined, kid: 'k', jku: 'https://evil.example/jwks', x5c: ['x'] }
  await t.rejects(check(await proofWith({}, byName)), REFUSED, 'no other way to name a key')
})

t.test('RFC 9449 §4.3 (7): the key in the header is not a private one', async (t) => {
  await t.rejects(check(await proofWith({}, { jwk: key.privateJwk })), REFUSED)
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']) {
    const jwk = { ...key.jwk, [member]: 'AQAB' }
    await t.rejects(check(await proofWith({}, { jwk })), REFUSED, member)
  }
})

t.test('an RSA key that is dear to verify is refused before it is used', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  for (const dear of [{ e: jwk.n }, { n: 'A'.repeat(1367) }, { e: 7 }]) {
    const proof = await new SignJWT({ ...REQUEST, iat, jti: 'x' })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'RS256', jwk: { ...jwk, ...dear } as typeof jwk })
      .sign(privateKey)
    await t.rejects(check(proof), { ...REFUSED, cause: { message: 'no public key' } })
  }
})

t.test('RFC 9449 §4.3 (8): htm is the method, in its very case', async (t) => {
  for (const htm of ['GET', 'post', 'POST ']) {
    await t.rejects(check(await proofWith({ htm })), REFUSED, htm)
  }
})

t.test('RFC 9449 §4.3 (9): htu is the URL, without query and fragment, normalized', async (t) => {
  for (const htu of [
    'https://door.example/token?a=b#c',
    'HTTPS://DOOR.example:443/token',
    'https://door.example/a/../token',
    'https://door.example/%74oken',
  ]) {
    t.ok(await check(await proofWith({ htu })), htu)
  }
  t.ok(await check(await proofWith({}), { ...REQUEST, htu: `${REQUEST.htu}?q` }))
  for (const htu of [
    'http://door.example/token',
    'https://door.example/token/',
    'https://door.example/mcp',
    'https://door.example:8443/token',
    'https://door.example.evil.example/token',
    'https://door.example@evil.example/token',
    'https://user@door.example/token',
    'https://door.example/%2574oken',
    '/token',
  ]) {
    await t.rejects(check(await proofWith({ htu })), REFUSED, htu)
  }
})

t.test('RFC 9449 §4.3 (11), §11.1: iat is at most 300 s past and 60 s ahead', async (t) => {
  for (const [off, good] of [
    [-300, true],
    [-301, false],
    [60, true],
    [61, false],
    [-86_400, false],
    [Number.MAX_SAFE_INTEGER, false],
  ] as const) {
    const checked = check(await proofWith({ iat: iat + off }))
    await (good ? t.resolves(checked, `${off}`) : t.rejects(checked, REFUSED, `${off}`))
  }
  await t.rejects(check(await proofWith({ exp: iat - 61 })), REFUSED, 'RFC 7519 §4.1.4: exp')
  await t.rejects(check(await proofWith({ nbf: iat + 61 })), REFUSED, 'RFC 7519 §4.1.5: nbf')
})

t.test('RFC 9449 §4.3 (12): ath is the SHA-256 of the access token presented', async (t) => {
  const request = { ...REQUEST, ath: sha256('the token') }
  t.ok(await check(await proofWith({ ath: request.ath }), request))
  for (const ath of [undefined, '', sha256('another'), 'the token']) {
    await t.rejects(check(await proofWith({ ath }), request), REFUSED, String(ath))
  }
})
