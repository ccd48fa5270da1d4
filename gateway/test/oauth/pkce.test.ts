import { createHash } from 'node:crypto'
import t from 'tap'
import { isCodeChallenge, verifierMatches } from '../../src/oauth/pkce.ts'

// RFC 7636 appendix B
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const challengeOf = (text: string) => createHash('sha256').update(text).digest('base64url')

t.test('RFC 7636 appendix B: the verifier of the example matches its challenge', async (t) => {
  t.equal(verifierMatches(verifier, challenge), true)
})

t.test(
  'RFC 7636 §4.6: another verifier does not match, nor the challenge itself (plain)',
  async (t) => {
    t.equal(verifierMatches(`${verifier}A`, challenge), false)
    t.equal(verifierMatches(challenge, challenge), false)
  },
)

t.test('RFC 7636 §4.1: a verifier has 43 to 128 unreserved characters', async (t) => {
  for (const [bad, fine] of [
    ['a'.repeat(42), 'a'.repeat(43)],
    ['a'.repeat(129), 'a'.repeat(128)],
    [`${verifier}+`, `${verifier}~`],
  ] as const) {
    t.equal(verifierMatches(bad, challengeOf(bad)), false, bad)
    t.equal(verifierMatches(fine, challengeOf(fine)), true, fine)
  }
})

t.test('RFC 7636 §4.2: a challenge is the base64url of a SHA-256', async (t) => {
  t.equal(isCodeChallenge(challenge), true)
  for (const bad of ['', 'abc', `${challenge}=`, `${challenge.slice(0, -1)}+`, `${challenge}A`]) {
    t.equal(isCodeChallenge(bad), false, bad)
  }
})
