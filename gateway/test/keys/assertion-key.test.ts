import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { deriveAssertionKey } from '../../src/keys/assertion-key.ts'

const SECRET = 'a secret key of the tests, long enough'

t.test('FIPS 186-5 §A.2.1: the key is a function of the secret, the same on every replica', (t) => {
  const key = deriveAssertionKey(SECRET)
  t.same(deriveAssertionKey(SECRET).publicJwk, key.publicJwk)
  t.not(deriveAssertionKey(`${SECRET}!`).kid, key.kid)
  // A vector, so that a change of the derivation, which would split replicas, is seen.
  t.equal(key.kid, 'Ovc26hEU6fgRXoxk4WDbRTNzEZX6Q6Lyng33doAzDkI')
  t.end()
})

t.test('RFC 7638 §3: the key id is the thumbprint, and nothing private is shown', async (t) => {
  const { kid, publicJwk } = deriveAssertionKey(SECRET)
  t.equal(kid, await calculateJwkThumbprint(publicJwk, 'sha256'))
  t.same(Object.keys(publicJwk).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
})

t.test('RFC 7518 §3.4: jose verifies what node:crypto signed', async (t) => {
  const key = deriveAssertionKey(SECRET)
  const jws = key.sign('at+jwt', { sub: 'ender', aud: 'mcp' })
  const { payload, protectedHeader } = await jwtVerify(
    jws,
    createLocalJWKSet({ keys: [key.publicJwk] }),
    { algorithms: ['ES256'], typ: 'at+jwt', audience: 'mcp' },
  )
  t.equal(payload.sub, 'ender')
  t.equal(protectedHeader.kid, key.kid)
  const other = deriveAssertionKey(`${SECRET}!`)
  await t.rejects(jwtVerify(jws, createLocalJWKSet({ keys: [other.publicJwk] })), {
    code: 'ERR_JWKS_NO_MATCHING_KEY',
  })
})
