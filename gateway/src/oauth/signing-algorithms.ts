/** The algorithms in which a client may sign (RFC 8725 §3.1): asymmetric ones only, so never `none`; the metadata lists them. */
export const SIGNING_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
  'EdDSA',
  'Ed25519',
]

/** Base64url characters of an RSA exponent and modulus. */
const MAX_EXPONENT = 6
const MAX_MODULUS = 1366

/** False for an RSA key with which each signature is dear to verify: anybody may send or register one. */
export function isQuicklyVerified({ e = '', n = '' }: { e?: string; n?: string }): boolean {
  return e.length <= MAX_EXPONENT && n.length <= MAX_MODULUS
}
