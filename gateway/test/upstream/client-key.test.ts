import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import t from 'tap'
import { readClientKey } from '../../src/upstream/client-key.ts'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const pem = (key: typeof ec) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

t.test('a PEM or a JWK, and the algorithm of its kind', async (t) => {
  t.equal(readClientKey(pem(ec)).alg, 'ES256')
  t.equal(readClientKey(pem(rsa)).alg, 'RS256')
  t.equal(readClientKey(pem(generateKeyPairSync('ed25519').privateKey)).alg, 'EdDSA')
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
  t.equal(readClientKey(JSON.stringify(p384.export({ format: 'jwk' }))).alg, 'ES384')
  const said = { ...rsa.export({ format: 'jwk' }), alg: 'PS256', kid: 'one', use: 'sig' }
  t.match(readClientKey(JSON.stringify(said)), { alg: 'PS256', keyId: 'one' })
})

t.test('what cannot sign is refused, and never repeated', async (t) => {
  const jwk = ec.export({ format: 'jwk' })
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const locked = rsa
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString()
  for (const [text, message] of [
    ['', /no private key/],
    ['not a key', /no private key/],
    ['{"kty":', /not JSON/],
    [JSON.stringify({ ...jwk, d: undefined }), /no private key/],
    [JSON.stringify({ ...jwk, use: 'enc' }), /not for signatures/],
    [JSON.stringify({ ...jwk, alg: 'RS256' }), /no key to sign with/],
    [JSON.stringify({ ...jwk, alg: 'none' }), /no key to sign with/],
    [JSON.stringify({ ...rsa.export({ format: 'jwk' }), alg: 'HS256' }), /no key to sign with/],
    [JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' }), /no private key/],
    [pem(generateKeyPairSync('x25519').privateKey), /no key to sign with/],
    [pem(weak), /less than 2048 bits/],
    [locked, /is encrypted/],
  ] as const) {
    t.throws(() => readClientKey(text), { name: 'ClientKeyError', message }, text.slice(0, 40))
  }
  t.notMatch(inspect(readClientKey(JSON.stringify(jwk)), { depth: 9 }), String(jwk.d))
  t.notMatch(JSON.stringify(readClientKey(JSON.stringify(jwk))), String(jwk.d))
})

t.test(
  'RFC 7515 §4.1.8: the thumbprint of a certificate beside the key, if it is of that key',
  async (t) => {
    const both = readFileSync(
      new URL('../fixtures/client-key-of-nobody.pem', import.meta.url),
      'utf8',
    )
    const certificate = both.slice(both.indexOf('-----BEGIN CERTIFICATE'))
    const { raw } = new X509Certificate(certificate)
    t.equal(readClientKey(both).thumbprint, createHash('sha256').update(raw).digest('base64url'))
    t.throws(() => readClientKey(pem(ec) + certificate), /certificate of another key/)
    const broken = certificate.replace('MII', 'XXX')
    t.throws(() => readClientKey(pem(ec) + broken), /cannot be read/)
  },
)
