import t from 'tap'
import { publicUrls } from '../../src/oauth/issuer.ts'
import { challengesOf } from '../../src/resource/challenge.ts'

const challenges = challengesOf(publicUrls(new URL('https://door.example')))
const POINTER = 'resource_metadata="https://door.example/.well-known/oauth-protected-resource/mcp"'

t.test(
  'C2, C3: one ASCII challenge, `Bearer ` first, every value quoted, the pointer on our origin',
  (t) => {
    for (const challenge of [
      challenges.tokenNeeded().challenge,
      challenges.invalidToken().challenge,
      challenges.invalidRequest('twice').challenge,
      challenges.insufficientScope('Bearer scope="school:write"'),
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
    challenges.insufficientScope('Bearer error="insufficient_scope", scope="a b"'),
    `Bearer ${POINTER}, scope="a b", error="insufficient_scope"`,
  )
  for (const theirs of ['Bearer', 'Bearer scope=""', 'Bearer scope="a  b"', 'Bearer scope="é"']) {
    t.match(challenges.insufficientScope(theirs), 'scope="school:read school:write"', theirs)
  }
  t.end()
})
