/** A client's key for DPoP (RFC 9449), and the proofs that it signs. */
import { randomUUID } from 'node:crypto'
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'

export interface DpopKey {
  jkt: string
  /** The public half. */
  jwk: JWK
  /** With the private members. */
  privateJwk: JWK
  /** RFC 9449 §4.2; what is undefined in `claims` or `header` is left out. */
  proof(claims: Claims, header?: Record<string, unknown>): Promise<string>
}

export interface Claims {
  htm?: unknown
  htu?: unknown
  /** Seconds. */
  iat: unknown
  [claim: string]: unknown
}

export async function dpopKey(alg = 'ES256'): Promise<DpopKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return {
    jkt: await calculateJwkThumbprint(jwk, 'sha256'),
    jwk,
    privateJwk: await exportJWK(privateKey),
    proof: (claims, header = {}) =>
      new SignJWT({ jti: randomUUID(), ...claims } as JWTPayload)
        .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header } as JWTHeaderParameters)
        .sign(privateKey),
  }
}
