import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { readClientKeys, readKeySet } from '../../src/clients/client-keys.ts'

const everywhere = { isDocumentUrl: () => true }
const read = (jwks: unknown, jwks_uri?: unknown) => readClientKeys(jwks, jwks_uri, everywhere)
const invalid = { code: 'invalid_client_metadata' }
const unusable = { name: 'ClientDocumentError', reason: 'invalid' }
const pair = (kind: 'rsa' | 'ec' | 'ed25519') =>
  kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519')
const jwk = (kind: 'rsa' | 'ec' | 'ed25519', half: 'publicKey' | 'privateKey' = 'publicKey') =>
  pair(kind)[half].export({ format: 'jwk' })

t.test('RFC 7517 §5: public RSA, EC and OKP keys are taken', async (t) => {
  for (const kind of ['rsa', 'ec', 'ed25519'] as const) {
    const keys = [{ ...jwk(kind), kid: '1', use: 'sig', alg: 'x', key_ops: ['verify'] }]
    t.strictSame(read({ keys }), { jwks: { keys } }, kind)
    t.strictSame(readKeySet({ keys }), { keys }, kind)
  }
})

t.test(
  'RFC 7517 §9.3: a private or a shared key is refused, and left out of a set that is fetched',
  async (t) => {
    const good = jwk('ec')
    const bad = [
      jwk('rsa', 'privateKey'),
      jwk('ec', 'privateKey'),
      jwk('ed25519', 'privateKey'),
      { kty: 'oct', k: 'c2VjcmV0' },
      { ...good, k: 'c2VjcmV0' },
      { ...good, d: null },
      { kty: 'none' },
      {},
      null,
      'x',
    ]
    for (const key of bad) {
      t.throws(() => read({ keys: [good, key] }), invalid, JSON.stringify(key))
      t.strictSame(readKeySet({ keys: [good, key] }), { keys: [good] }, JSON.stringify(key))
      t.throws(() => readKeySet({ keys: [key] } as never), unusable)
    }
  },
)

t.test('an RSA key that is dear to verify is refused, and left out of a set', async (t) => {
  const good = jwk('rsa')
  t.match(read({ keys: [good] }), { jwks: { keys: [{ kty: 'RSA' }] } })
  for (const dear of [{ e: good.n }, { n: 'A'.repeat(1367) }]) {
    t.throws(() => read({ keys: [{ ...good, ...dear }] }), invalid)
    t.strictSame(readKeySet({ keys: [{ ...good, ...dear }, good] }), { keys: [good] })
  }
})

t.test('at least one key, at most twenty', async (t) => {
  const key = jwk('ed25519')
  const many = (count: number) => ({ keys: Array(count).fill(key) })
  t.match(read(many(20)), { jwks: many(20) })
  for (const set of [many(0), many(21), {}, { keys: key }, [key], 'x', 1]) {
    t.throws(() => read(set), invalid)
    t.throws(() => readKeySet(set as never), unusable)
  }
  t.throws(() => readKeySet({ keys: null }), unusable)
})

t.test('RFC 7517 §4: members that no check of a signature needs are not kept', async (t) => {
  const key = jwk('ec')
  const deep = JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`)
  t.strictSame(read({ keys: [{ ...key, note: deep, x5u: 'http://127.0.0.1/' }], more: deep }), {
    jwks: { keys: [key] },
  })
  t.strictSame(readKeySet({ keys: [{ ...key, note: deep }] }), { keys: [key] })
  t.throws(() => read({ keys: [{ ...key, x: deep }] }), invalid, 'where a member is needed')
})

t.test('RFC 7591 §2: jwks or jwks_uri, one of them', async (t) => {
  const jwks = { keys: [jwk('ec')] }
  const uri = 'https://app.example.com/jwks'
  t.strictSame(read(undefined, uri), { jwks_uri: uri })
  t.strictSame(read(null, uri), { jwks_uri: uri })
  t.throws(() => read(jwks, uri), invalid)
  t.throws(() => read(undefined, undefined), invalid)
  t.throws(() => read(undefined, [uri]), invalid)
  t.throws(
    () => readClientKeys(undefined, uri, { isDocumentUrl: () => false }),
    invalid,
    'where it is not admitted',
  )
})

t.test(
  'attack: an RSA key that is dear to verify with is refused, and left out of a set',
  async (t) => {
    const usual = jwk('rsa')
    const long = (bytes: number) => Buffer.alloc(bytes, 0xc1).toString('base64url')
    for (const dear of [
      { ...usual, e: usual.n },
      { ...usual, e: long(5) },
      { ...usual, n: long(1025) },
    ]) {
      t.throws(() => read({ keys: [dear] }), invalid)
      t.strictSame(readKeySet({ keys: [usual, dear] }), { keys: [usual] })
    }
    const longest = { ...usual, n: long(1024), e: long(4) }
    t.strictSame(readKeySet({ keys: [longest] }), { keys: [longest] })
  },
)
