import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import t from 'tap'
import { createKeys } from '../../src/keys/derived-keys.ts'
import { mintAssertion } from '../../src/resource/student-assertion.ts'
import type { GrantRecord } from '../../src/store/records/grant.ts'
import { assertionOf, openGuardedDoor } from '../support/guarded-door.ts'

const NOW = Date.parse('2026-11-23T12:00:00.500Z')
const keys = createKeys({ current: 'x'.repeat(32), former: [], now: () => NOW })
const rules = { keys, issuer: 'http://localhost:3000', audience: 'urn:battle-school:mcp' }

function found(facts: Partial<GrantRecord> = {}, expiresAt = NOW + 3_600_000) {
  const grant = {
    id: 'grant-1',
    personId: 'person-1',
    studentId: 'BS-2401',
    roles: ['student'],
    client_id: 'client-1',
    ...facts,
  } as GrantRecord
  const use = { lastUsedAt: NOW, address: '127.0.0.1' }
  const { roles } = grant
  return { grant, use, expiresAt, scopes: ['school:read', 'school:write'], roles }
}

t.test('RFC 9068 §2.2: the claims of the contract, signed as at+jwt for mcp alone', async (t) => {
  const { jwt } = await mintAssertion(found(), rules, NOW)
  const { payload } = await jwtVerify(jwt, createLocalJWKSet(keys.jwks), {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: rules.issuer,
    audience: rules.audience,
    currentDate: new Date(NOW),
  })
  const { jti, ...claims } = payload
  t.match(jti, /^[0-9a-f-]{36}$/)
  const iat = Math.floor(NOW / 1000)
  t.same(claims, {
    iss: rules.issuer,
    aud: rules.audience,
    sub: 'person-1',
    iat,
    exp: iat + 60,
    client_id: 'client-1',
    scope: 'school:read school:write',
    student_id: 'BS-2401',
    roles: ['student'],
    grant: 'grant-1',
  })
})

t.test('student_id is absent for an instructor, not empty', async (t) => {
  const { studentId: _, ...grant } = found().grant
  const { jwt } = await mintAssertion({ ...found(), grant, roles: ['instructor'] }, rules, NOW)
  t.notOk('student_id' in decodeJwt(jwt))
  t.same(decodeJwt(jwt).roles, ['instructor'])
})

t.test('it lives a minute at most and never longer than the token it stands for', async (t) => {
  const { jwt, renewAt } = await mintAssertion(found({}, NOW + 5000), rules, NOW)
  const { iat = 0, exp = 0 } = decodeJwt(jwt)
  t.equal(exp, Math.ceil((NOW + 5000) / 1000))
  t.ok(renewAt < (iat + 60) * 1000)
})

t.test('it is minted anew before it ends, by one read', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const ids = new Set<string | undefined>()
  for (let second = 0; second < 180; second += 3) {
    await door.call(token, { body: '{}' })
    const { jti, exp = 0 } = assertionOf(door.mcp.received.at(-1) ?? { headers: {} })
    t.ok(exp * 1000 - door.clock.now >= 10_000, 'good for its way and its work')
    ids.add(jti)
    door.clock.now += 3000
  }
  t.ok(ids.size >= 3 && ids.size <= 5, `${ids.size} in three minutes`)
  t.equal(door.reads, ids.size)
})
