/** Proof Key for Code Exchange, S256 only (RFC 7636; OAuth 2.1 requires it of every client). */
import { createHash, timingSafeEqual } from 'node:crypto'

// RFC 7636 §4.2: the base64url of a SHA-256, always 43 characters.
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/
// RFC 7636 §4.1
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

export function isCodeChallenge(value: string): boolean {
  return CHALLENGE.test(value)
}

/** RFC 7636 §4.6. A verifier of the wrong form never matches. */
export function verifierMatches(verifier: string, challenge: string): boolean {
  if (!VERIFIER.test(verifier)) return false
  const computed = createHash('sha256').update(verifier, 'ascii').digest()
  const expected = Buffer.from(challenge, 'base64url')
  return computed.length === expected.length && timingSafeEqual(computed, expected)
}
