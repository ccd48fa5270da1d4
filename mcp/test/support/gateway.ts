/** Stands for the gateway: signs assertions with keys of its own and serves their public halves. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

export const ISSUER = 'http://localhost:3000'
export const AUDIENCE = 'urn:battle-school:mcp'

export interface Mint {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  /** ms since the epoch. */
  now?: number
}

export interface TestGateway {
  jwksUrl: URL
  /** How often the keys were read. */
  reads(): number
  mint(mint?: Mint): Promise<string>
  /** Signs with a new key from now on; the old one is no longer served. */
  rotate(): Promise<void>
  /** Answers of /jwks from now on; undefined: the keys again. */
  failWith(status: number | 'silence' | undefined): void
  close(): Promise<void>
}

export async function startGateway(): Promise<TestGateway> {
  let reads = 0
  let failure: number | 'silence' | undefined
  let key = await newKey()
  const server = createServer((_request, response) => {
    reads++
    if (failure === 'silence') return
    response.writeHead(failure ?? 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: [key.jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    jwksUrl: new URL(`http://127.0.0.1:${port}/jwks`),
    reads: () => reads,
    async mint({ claims = {}, header = {}, now = Date.now() } = {}) {
      const issued = Math.floor(now / 1000)
      return await new SignJWT({ ...usual(issued), ...claims })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.jwk.kid, ...header })
        .sign(key.privateKey)
    },
    async rotate() {
      key = await newKey()
    },
    failWith(status) {
      failure = status
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function newKey(): Promise<{ privateKey: CryptoKey; jwk: JWK & { kid: string } }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  return { privateKey, jwk: { ...jwk, kid: randomUUID(), alg: 'ES256', use: 'sig' } }
}

/** The claims of a good assertion for Ender Wiggin. */
export function usual(issued: number): Record<string, unknown> {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'person-ender',
    iat: issued,
    exp: issued + 60,
    jti: randomUUID(),
    client_id: 'client-1',
    scope: 'school:read school:write',
    student_id: 'BS-2401',
    roles: ['student'],
    grant: 'grant-1',
  }
}

/** Claims by the person they stand for. */
export const people = {
  ender: { sub: 'person-ender', student_id: 'BS-2401' },
  bean: { sub: 'person-bean', student_id: 'BS-2507' },
  dink: { sub: 'person-dink', student_id: 'BS-2389' },
  graff: {
    sub: 'person-graff',
    student_id: undefined,
    roles: ['instructor'],
    scope: 'school:read school:write school:instruct',
  },
}
