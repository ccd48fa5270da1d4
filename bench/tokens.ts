/** Tokens for the doors: real grants, written through the gateway's own store, and JWTs for the baselines. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { SignJWT } from 'jose'
import { mintToken, newGrantId } from '../gateway/src/oauth/token-value.ts'
import type { GrantRecord } from '../gateway/src/store/records/grant.ts'
import type { Store } from '../gateway/src/store/store.ts'

export interface Tokens {
  /** Files with one token a line. */
  gateway: string
  jwt: string
  publicKey: string
  /** A grant that may be revoked, and its token. */
  spare: { grantId: string; token: string }
}

const PEOPLE = 32
const HOUR = 3_600_000

export async function mintTokens(store: Store, resource: string, folder: string): Promise<Tokens> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const opaque: string[] = []
  const jwts: string[] = []
  for (let n = 0; n < PEOPLE; n++) {
    opaque.push((await grant(store, resource, n)).token)
    const jwt = new SignJWT({ scope: 'school:read', student_id: `BS-${n}` })
    jwts.push(
      await jwt
        .setProtectedHeader({ alg: 'RS256' })
        .setSubject(`person-${n}`)
        .setExpirationTime('2h')
        .sign(privateKey),
    )
  }
  const files = {
    gateway: `${folder}/gateway-tokens`,
    jwt: `${folder}/jwt-tokens`,
    publicKey: `${folder}/public-key.pem`,
  }
  writeFileSync(files.gateway, `${opaque.join('\n')}\n`)
  writeFileSync(files.jwt, `${jwts.join('\n')}\n`)
  writeFileSync(files.publicKey, publicKey.export({ type: 'spki', format: 'pem' }))
  return { ...files, spare: await grant(store, resource, PEOPLE) }
}

async function grant(
  store: Store,
  resource: string,
  n: number,
): Promise<{ grantId: string; token: string }> {
  const now = Date.now()
  const grantId = newGrantId()
  const scopes = ['school:read', 'school:write']
  const record: GrantRecord = {
    version: 1,
    id: grantId,
    iss: 'http://localhost:3002',
    sub: `sub-${n}`,
    rule: 'claim',
    personId: `person-${n}`,
    studentId: `BS-${n}`,
    roles: ['student'],
    client_id: 'bench',
    redirect_uri: 'http://localhost/callback',
    code_challenge: 'none',
    resource,
    scopeConsented: scopes,
    scopeGranted: scopes,
    createdAt: now,
  }
  const use = { lastUsedAt: now, address: '127.0.0.1' }
  const expiresAt = now + 2 * HOUR
  const [code, access, refresh] = (['code', 'access', 'refresh'] as const).map((kind) =>
    mintToken(kind, grantId),
  )
  if (!code || !access || !refresh) throw new TypeError('three kinds, three tokens')
  await store.open(record, use, { hash: code.reference.hash, expiresAt })
  const tokens = {
    access: { hash: access.reference.hash, expiresAt, scopes },
    refresh: { hash: refresh.reference.hash, expiresAt },
  }
  await store.redeem(code.reference, record, tokens, use)
  return { grantId, token: access.value }
}
