import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import t, { type Test } from 'tap'
import { verifyAssertion } from '../../src/authentication/assertion.ts'
import { gatewayKeys } from '../../src/authentication/gateway-keys.ts'
import { AUDIENCE, ISSUER, type Mint, people, startGateway, usual } from '../support/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
let now = Date.parse('2026-11-23T12:00:00Z')
t.beforeEach(() => {
  now = Date.parse('2026-11-23T12:00:00Z')
})
const rules = {
  issuer: ISSUER,
  audience: AUDIENCE,
  keys: gatewayKeys(gateway.jwksUrl, 0),
  resourceMetadataUrl: `${ISSUER}/.well-known/oauth-protected-resource/mcp`,
  now: () => now,
}
const verify = (token: string) => verifyAssertion(token, rules)
const refused = (t: Test, token: string) =>
  t.rejects(verify(token), { name: 'InvalidAssertionError' })
const minted = (mint: Mint) => gateway.mint({ now, ...mint })

t.test('RFC 9068 §4: a good assertion gives person, client and scopes', async (t) => {
  const token = await minted({ claims: people.bean })
  t.strictSame(await verify(token), {
    token,
    clientId: 'client-1',
    scopes: ['school:read', 'school:write'],
    expiresAt: now / 1000 + 65,
    resourceMetadataUrl: rules.resourceMetadataUrl,
    extra: {
      person: {
        id: 'person-bean',
        studentId: 'BS-2507',
        roles: ['student'],
        scopes: ['school:read', 'school:write'],
      },
    },
  })
})

t.test('whoever is no student has no student id', async (t) => {
  const { extra } = await verify(await minted({ claims: people.graff }))
  t.notOk('studentId' in extra.person)
  t.strictSame(extra.person.roles, ['instructor'])
})

t.test('RFC 8725 §3.1: only ES256, and never unsigned', async (t) => {
  const claims = usual(now / 1000)
  await refused(t, new UnsecuredJWT(claims).encode())
  const secret = new TextEncoder().encode('x'.repeat(32))
  await refused(
    t,
    await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k' })
      .sign(secret),
  )
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await refused(
    t,
    await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k' })
      .sign(privateKey),
  )
  t.equal(gateway.reads() <= 1, true, 'refused before any key is read')
})

t.test('RFC 8725 §3.11: only the type at+jwt', async (t) => {
  await refused(t, await minted({ header: { typ: 'JWT' } }))
  await refused(t, await minted({ header: { typ: undefined } }))
  await refused(t, await minted({ header: { typ: 'logout+jwt' } }))
})

t.test('RFC 9068 §4: issuer and audience are ours', async (t) => {
  await refused(t, await minted({ claims: { iss: `${ISSUER}/` } }))
  await refused(t, await minted({ claims: { iss: 'https://elsewhere.example' } }))
  await refused(t, await minted({ claims: { aud: 'http://localhost:3000/mcp' } }))
  await refused(t, await minted({ claims: { aud: undefined } }))
})

t.test('RFC 9068 §4: an expired assertion is refused', async (t) => {
  const token = await minted({})
  now += 64_000
  t.ok(await verify(token), 'clocks may differ by 5 s')
  now += 2_000
  await t.rejects(verify(token), { message: 'the assertion has expired' })
})

t.test('an assertion lives for a minute at most, and is not from the future', async (t) => {
  const issued = now / 1000
  await refused(t, await minted({ claims: { exp: issued + 3600, iat: issued - 120 } }))
  await refused(t, await minted({ claims: { iat: issued + 30, exp: issued + 90 } }))
})

t.test('RFC 9068 §2.2: every claim is there and of its kind', async (t) => {
  for (const name of ['iat', 'exp', 'sub', 'jti', 'client_id', 'scope', 'roles', 'grant']) {
    await refused(t, await minted({ claims: { [name]: undefined } }))
    await refused(t, await minted({ claims: { [name]: { odd: true } } }))
  }
  await refused(t, await minted({ claims: { student_id: 2401 } }))
  await refused(t, await minted({ claims: { student_id: '' } }))
})

t.test('the key: of the gateway, named, and known', async (t) => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const { jwk } = { jwk: await exportJWK(publicKey) }
  const stranger = (header: Record<string, unknown>) =>
    new SignJWT(usual(now / 1000))
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
      .sign(privateKey)
  await refused(t, await stranger({ kid: 'unknown' }))
  await refused(t, await stranger({ kid: 'unknown', jwk }))
  await refused(t, await minted({ header: { kid: undefined } }))
  const good = await minted({})
  const [header, payload, signature = ''] = good.split('.')
  const forged = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  await refused(t, [header, payload, forged].join('.'))
  t.ok(await verify(good))
})

t.test('what is no token at all', async (t) => {
  for (const token of ['', 'x', 'a.b.c', 'bsg_at_abc.def', '..', '{}']) await refused(t, token)
})
