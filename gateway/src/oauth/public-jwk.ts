/** Keys that strangers send (RFC 7517): in a DPoP proof, in a client's metadata, at its jwks_uri. */

/** RFC 7517 §9.3, RFC 7518 §6: what only a private or symmetric key has; one that somebody published is nobody's any more. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
/** Base64url characters of an RSA exponent and modulus: others are dear to verify, and anybody may send one. */
const MAX_EXPONENT = 6
const MAX_MODULUS = 1366

export function isPublicJwk(jwk: { kty?: unknown; e?: unknown; n?: unknown }): boolean {
  if (PRIVATE_MEMBERS.some((member) => member in jwk)) return false
  return isShort(jwk.e, MAX_EXPONENT) && isShort(jwk.n, MAX_MODULUS)
}

function isShort(value: unknown, most: number): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= most)
}
