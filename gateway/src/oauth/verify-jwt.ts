/** Signed statements of others (RFC 7515, RFC 7519), checked by the keys that they publish. */
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose'

/** Of a signer that rotates its keys and names none in `kid`, any that fits will do. */
export async function verifyJwt(
  jwt: string,
  keys: JSONWebKeySet,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(jwt, createLocalJWKSet(keys), options)
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return await jwtVerify(jwt, key, options)
      } catch (cause) {
        if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

/** The statement is wrong, or a published key is broken: jose says the latter as TypeError, WebCrypto as DOMException. */
export function isTheirs(error: unknown): error is Error {
  return [errors.JOSEError, TypeError, DOMException].some((type) => error instanceof type)
}

/** The signer may have changed its keys since they were read. */
export function mayBeNewKey(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWSSignatureVerificationFailed
  )
}
