/** Keys as the rooms use them; `derived-keys.ts` makes them from SECRET_KEY. */
import type { JSONWebKeySet, JWTPayload } from 'jose'

export interface Keys {
  /** A JWE (RFC 7516, dir + A256GCM) that only this purpose opens. `expiresAt` in ms. */
  seal(purpose: string, payload: Record<string, unknown>, expiresAt: number): Promise<string>
  /** The payload, or undefined for anything that is not ours, of another purpose, or expired. */
  unseal(purpose: string, sealed: string): Promise<Record<string, unknown> | undefined>
  /** AES-256-GCM with a key id; `binding` (e.g. `grant:<id>:upstreamRefreshToken`) is additional data. */
  encrypt(binding: string, plaintext: string): string
  /** Undefined where key, binding or ciphertext do not fit. */
  decrypt(binding: string, ciphertext: string): string | undefined
  /** Signs claims as an ES256 `at+jwt` (RFC 9068 §2.1). */
  signAssertion(claims: JWTPayload): Promise<string>
  /** Public halves: the current and the former assertion keys (RFC 7517 §5). */
  readonly jwks: JSONWebKeySet
}
