import t from 'tap'
import { OAuthError } from '../../src/oauth/error.ts'
import { publicUrls } from '../../src/oauth/issuer.ts'
import { challengesOf } from '../../src/resource/challenge.ts'

const urls = publicUrls(new URL('https://door.example'))
const challenges = challengesOf(urls.resourceMetadata, 'Bearer')
const dpop = challengesOf(urls.resourceMetadata, 'DPoP')
const POINTER = 'resource_metadata="https://door.example/.well-known/oauth-protected-resource/mcp"'

t.test(
  'C2, C3: one ASCII challenge, `Bearer ` first, every value quoted, the pointer on our origin',
  (t) => {
    for (const challenge of [
      challenges.tokenNeeded().challenge,
      challenges.invalidToken().challenge,
      challenges.invalidRequest('twice').challenge,
      challenges.insufficientScope('Bearer scope="school:write"', []),
    ]) {
      t.match(challenge, /^Bearer [a-z_]+="[\x20-\x7e]+?"(, [a-z_]+="[\x20-\x7e]+?")*$/)
      t.ok(challenge.includes(POINTER))
      const names = [...challenge.matchAll(/([a-z_]+)="/g)].map(([, name]) => name)
      t.equal(new Set(names).size, names.length, 'RFC 6750 §3: each parameter once')
    }
    t.end()
  },
)

t.test('RFC 6750 §3.1: the error is named only when a token was sent', (t) => {
  t.notMatch(challenges.tokenNeeded().challenge, 'error')
  t.match(challenges.invalidToken().challenge, /error="invalid_token"/)
  t.equal(challenges.tokenNeeded().status, 401)
  t.equal(challenges.invalidToken().status, 401)
  t.equal(challenges.invalidRequest('twice').status, 400)
  t.end()
})

t.test('C13: the instructor’s scope is never advertised', (t) => {
  t.notMatch(challenges.tokenNeeded().challenge, 'school:instruct')
  t.end()
})

t.test('RFC 6750 §3: of mcp’s own challenge only well-formed scopes are kept', (t) => {
  t.equal(
    challenges.insufficientScope('Bearer error="insufficient_scope", scope="a b"', []),
    `Bearer ${POINTER}, scope="a b", error="insufficient_scope"`,
  )
  for (const theirs of ['Bearer', 'Bearer scope=""', 'Bearer scope="a  b"', 'Bearer scope="é"']) {
    t.match(
      challenges.insufficientScope(theirs, ['school:read']),
      'scope="school:read school:write"',
      theirs,
    )
  }
  t.end()
})

t.test(
  'MCP 2026-07-28 “Scope Challenge Handling”: what the token has is named beside what is missing, in our order',
  (t) => {
    for (const [held, missing, named] of [
      [['school:write'], 'school:read', 'school:read school:write'],
      [['school:read'], 'school:write', 'school:read school:write'],
      [['school:read'], 'school:read', 'school:read'],
      [['school:read'], 'z a', 'school:read z a'],
      [['school:read', 'school:instruct'], 'school:write', 'school:read school:write'],
    ] as const) {
      const theirs = `Bearer error="insufficient_scope", scope="${missing}"`
      t.equal(
        challenges.insufficientScope(theirs, held),
        `Bearer ${POINTER}, scope="${named}", error="insufficient_scope"`,
      )
    }
    t.end()
  },
)

t.test(
  'RFC 9449 §7.1: who uses DPoP is challenged DPoP, with the algorithms, and no scheme else',
  (t) => {
    const scope = 'scope="school:read school:write"'
    const algs = 'algs="ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 EdDSA Ed25519"'
    t.equal(dpop.tokenNeeded().challenge, `DPoP ${POINTER}, ${scope}, ${algs}`)
    t.equal(
      dpop.invalidToken().challenge,
      `DPoP ${POINTER}, ${scope}, error="invalid_token", ${algs}`,
    )
    const refused = dpop.invalidProof(new OAuthError('invalid_dpop_proof', 'it was used before'))
    t.equal(refused.status, 401)
    t.match(refused, { code: 'invalid_dpop_proof', description: 'it was used before' })
    t.equal(refused.challenge, `DPoP ${POINTER}, ${scope}, error="invalid_dpop_proof", ${algs}`)
    t.match(
      dpop.insufficientScope('Bearer scope="school:write"', []),
      /^DPoP .*scope="school:write"/,
    )
    t.end()
  },
)
