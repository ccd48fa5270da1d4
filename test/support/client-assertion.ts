/** A client that signs (RFC 7523 §2.2): its key, and assertions as a test wants them. */
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

export interface ClientKey {
  alg: string
  kid: string
  /** The public half. */
  jwk: JWK
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
}

export async function createClientKey(kid = 'first', alg = 'ES256'): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  return {
    alg,
    kid,
    jwk: { ...(await exportJWK(publicKey)), kid },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  }
}

/** What an honest client says. `now` in ms. */
export function assertionClaims(client_id: string, aud: string, now: number): JWTPayload {
  const iat = Math.floor(now / 1000)
  return { iss: client_id, sub: client_id, aud, iat, exp: iat + 300, jti: crypto.randomUUID() }
}

export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
