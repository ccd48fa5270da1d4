import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import { createKeys } from '../../src/keys/derived-keys.ts'

const SECRET = 'a secret key of the tests that is long enough'
const FORMER = 'the secret key before it, long enough too'
const NOW = Date.parse('2026-11-23T12:00:00Z')

function replica(current = SECRET, former: string[] = [], clock = { now: NOW }) {
  return createKeys({ current, former, now: () => clock.now })
}

t.test('what one replica seals or encrypts, another opens', async (t) => {
  const [a, b] = [replica(), replica()]
  t.same(await b.unseal('consent', await a.seal('consent', { x: 'é' }, NOW + 1)), { x: 'é' })
  t.equal(b.decrypt('grant:1:id_token', a.encrypt('grant:1:id_token', 'naïve')), 'naïve')
  t.equal(b.decrypt('grant:1:id_token', a.encrypt('grant:1:id_token', '')), '')
  t.same(a.jwks, b.jwks)
})

t.test('RFC 7516: a seal is a JWE that names its algorithms, key and purpose', async (t) => {
  const sealed = await replica().seal('consent', {}, NOW + 1)
  t.match(decodeProtectedHeader(sealed), {
    alg: 'dir',
    enc: 'A256GCM',
    typ: 'consent',
    kid: /^\S{12}$/,
  })
})

t.test('RFC 8725 §3.11: a seal opens for its purpose only', async (t) => {
  const keys = replica()
  t.equal(await keys.unseal('cookie', await keys.seal('consent', {}, NOW + 1)), undefined)
})

t.test('a seal ends at its time', async (t) => {
  const clock = { now: NOW }
  const keys = replica(SECRET, [], clock)
  const sealed = await keys.seal('consent', { x: 1 }, NOW + 1000)
  clock.now = NOW + 999
  t.same(await keys.unseal('consent', sealed), { x: 1 })
  clock.now = NOW + 1000
  t.equal(await keys.unseal('consent', sealed), undefined)
})

t.test('a seal that is cut, changed anywhere, or of another key does not open', async (t) => {
  const keys = replica()
  const sealed = await keys.seal('consent', { x: 1 }, NOW + 1)
  t.equal(await replica(FORMER).unseal('consent', sealed), undefined, 'another secret')
  const forgeries = [
    '',
    'x',
    '....',
    sealed.slice(0, -1),
    `${sealed}A`,
    sealed.slice(sealed.indexOf('.')),
  ]
  for (const [part, text] of sealed.split('.').entries()) {
    if (text === '') continue
    const parts = sealed.split('.')
    parts[part] = (text[0] === 'A' ? 'B' : 'A') + text.slice(1)
    forgeries.push(parts.join('.'))
  }
  for (const forged of forgeries) t.equal(await keys.unseal('consent', forged), undefined, forged)
})

t.test('ciphertext is bound to its record, its key and every bit', (t) => {
  const keys = replica()
  const binding = 'grant:1:refresh_token'
  const text = keys.encrypt(binding, 'secret of the provider')
  t.match(text, /^v1\.[\w-]{12}\.[\w-]{16}\.[\w-]+$/)
  t.not(keys.encrypt(binding, 'secret of the provider'), text, 'never the same twice')
  t.equal(keys.decrypt('grant:2:refresh_token', text), undefined, 'another record')
  t.equal(replica(FORMER).decrypt(binding, text), undefined, 'another secret')
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    if (keys.decrypt(binding, changed) !== undefined) t.fail(`changed at ${at}`)
    if (keys.decrypt(binding, text.slice(0, at)) !== undefined) t.fail(`cut at ${at}`)
  }
  t.equal(keys.decrypt(binding, `${text}.x`), undefined, 'more parts')
  t.end()
})

t.test('former secrets still open and verify; the current one writes', async (t) => {
  const before = replica(FORMER)
  const now = replica(SECRET, [FORMER])
  const sealed = await before.seal('consent', { x: 1 }, NOW + 1)
  t.same(await now.unseal('consent', sealed), { x: 1 })
  t.equal(now.decrypt('b', before.encrypt('b', 'text')), 'text')
  t.equal(before.decrypt('b', now.encrypt('b', 'text')), undefined)
  t.same(now.jwks.keys[1], before.jwks.keys[0])

  const jwks = createLocalJWKSet(now.jwks)
  for (const keys of [before, now]) {
    const assertion = await keys.signAssertion({ sub: 'ender' })
    const { payload } = await jwtVerify(assertion, jwks, { algorithms: ['ES256'], typ: 'at+jwt' })
    t.equal(payload.sub, 'ender')
  }
})
