import t from 'tap'
import {
  hashMatches,
  mintToken,
  newGrantId,
  parseToken,
  sha256,
} from '../../src/oauth/token-value.ts'

t.test('a minted value parses to the reference the store keeps', async (t) => {
  const grantId = newGrantId()
  for (const kind of ['code', 'access', 'refresh'] as const) {
    const { value, reference } = mintToken(kind, grantId)
    t.same(parseToken(kind, value), reference)
    t.same(reference, { kind, grantId, hash: sha256(value) })
    t.notMatch(JSON.stringify(reference), value.split('.')[1] ?? '', 'no secret in the reference')
  }
})

t.test('a value of another kind, or not of our form, has no reference', async (t) => {
  const { value } = mintToken('access', newGrantId())
  t.equal(parseToken('refresh', value), undefined)
  for (const bad of [
    '',
    'bsg_at_',
    `${value}x`,
    value.slice(1),
    value.replace('.', '_'),
    `${value}\n`,
  ]) {
    t.equal(parseToken('access', bad), undefined, bad)
  }
})

t.test('two values of one grant never meet', async (t) => {
  const grantId = newGrantId()
  t.not(mintToken('access', grantId).value, mintToken('access', grantId).value)
})

t.test('OAuth 2.1 §7.7: a value has 73 characters, of which 43 are 256 random bits', async (t) => {
  const grantId = newGrantId()
  const values = Array.from({ length: 1000 }, () => mintToken('refresh', grantId).value)
  t.ok(values.every((value) => value.length === 73))
  for (let at = 30; at < 72; at++) {
    t.ok(new Set(values.map((value) => value[at])).size > 32, `any letter at ${at}`)
  }
  t.equal(new Set(values.map((value) => value[72])).size, 16, 'the last holds four bits')
})

t.test('a value fits its own hash and no other, whatever is kept', async (t) => {
  const { value, reference } = mintToken('access', newGrantId())
  t.equal(hashMatches(value, reference.hash), true)
  t.equal(hashMatches(`${value}x`, reference.hash), false)
  for (const kept of ['', 'short', value]) t.equal(hashMatches(value, kept), false)
})
