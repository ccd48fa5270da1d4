/** The one contract between gateway and mcp: what the one mints, the other verifies (docs/student-assertion.md). */
import { createLocalJWKSet } from 'jose'
import t from 'tap'
import { createKeys } from '../../gateway/src/keys/derived-keys.ts'
import { mintAssertion } from '../../gateway/src/resource/student-assertion.ts'
import type { GrantRecord } from '../../gateway/src/store/records/grant.ts'
import { verifyAssertion } from '../../mcp/src/authentication/assertion.ts'

const NOW = Date.parse('2026-11-23T12:00:00Z')
const issuer = 'https://door.example'
const audience = 'urn:battle-school:mcp'
const keys = createKeys({ current: 'c'.repeat(32), former: ['f'.repeat(32)], now: () => NOW })

const minted = (facts: Partial<GrantRecord> = {}, scopes = ['school:read']) =>
  mintAssertion(
    {
      grant: {
        id: 'grant',
        personId: 'person',
        studentId: 'BS-2401',
        roles: ['student'],
        client_id: 'client',
        ...facts,
      } as GrantRecord,
      use: { lastUsedAt: NOW, address: '127.0.0.1' },
      expiresAt: NOW + 3_600_000,
      scopes,
      roles: facts.roles ?? ['student'],
    },
    { keys, issuer, audience },
    NOW,
  )

const verified = (jwt: string, more: { audience?: string; issuer?: string; now?: number } = {}) =>
  verifyAssertion(jwt, {
    issuer: more.issuer ?? issuer,
    audience: more.audience ?? audience,
    keys: createLocalJWKSet(keys.jwks),
    resourceMetadataUrl: `${issuer}/.well-known/oauth-protected-resource/mcp`,
    now: () => more.now ?? NOW,
  })

t.test(
  'what the gateway mints, mcp reads as the same person, scopes, client and roles',
  async (t) => {
    const { jwt } = await minted({}, ['school:read', 'school:write'])
    t.match(await verified(jwt), {
      clientId: 'client',
      scopes: ['school:read', 'school:write'],
      extra: { person: { id: 'person', studentId: 'BS-2401', roles: ['student'] } },
    })
    const { studentId: _, ...instructor } = { studentId: undefined, roles: ['instructor' as const] }
    const graff = await verified((await minted({ ...instructor, studentId: undefined })).jwt)
    t.notOk('studentId' in graff.extra.person)
    t.same(graff.extra.person.roles, ['instructor'])
  },
)

t.test('RFC 9068 §4, RFC 8725 §3: another audience, issuer, key or time is refused', async (t) => {
  const { jwt, renewAt } = await minted()
  await t.rejects(verified(jwt, { audience: 'urn:other' }))
  await t.rejects(verified(jwt, { issuer: 'https://evil.example' }))
  await t.rejects(verified(jwt, { now: NOW + 66_000 }))
  await t.resolves(verified(jwt, { now: renewAt }), 'good until the gateway mints anew')
  const stranger = createKeys({ current: 's'.repeat(32), former: [], now: () => NOW })
  const forged = await stranger.signAssertion({ iss: issuer, aud: audience, sub: 'x' })
  await t.rejects(verified(forged))
})

t.test('an assertion of the former key still verifies, and is not minted any more', async (t) => {
  const former = createKeys({ current: 'f'.repeat(32), former: [], now: () => NOW })
  const seconds = Math.floor(NOW / 1000)
  const jwt = await former.signAssertion({
    iss: issuer,
    aud: audience,
    sub: 'person',
    iat: seconds,
    exp: seconds + 60,
    jti: 'j',
    client_id: 'client',
    scope: 'school:read',
    roles: [],
    grant: 'grant',
  })
  t.match(await verified(jwt), { clientId: 'client' })
})
