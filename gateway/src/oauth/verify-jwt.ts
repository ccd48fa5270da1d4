/** Signed statements of others (RFC 7515, RFC 7519), checked by the keys that they publish. */
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose'

/** @param missing those that were read before do not hold the one that signed: the signer may have changed its keys since */
export type ReadKeys = (missing: boolean) => Promise<JSONWebKeySet>

/**
 * By the keys as they are known, then as they are read anew. Of a signer that names no key in `kid`, any that fits will do.
 * @returns what is wrong, where it proves nothing: with the statement, or with a published key (`isBrokenKey`)
 * @throws whatever `read` throws
 */
export async function verifyJwt(
  jwt: string,
  read: ReadKeys,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult | Error> {
  const keys = await read(false)
  const first = await verifiedBy(keys, jwt, options)
  if (!mayBeNewKey(first)) return first
  const anew = await read(true)
  return anew === keys ? first : verifiedBy(anew, jwt, options)
}

async function verifiedBy(keys: JSONWebKeySet, jwt: string, options: JWTVerifyOptions) {
  try {
    return await verifiedByAny(keys, jwt, options)
  } catch (error) {
    if (error instanceof errors.JOSEError || isBrokenKey(error)) return error as Error
    throw error
  }
}

async function verifiedByAny(
  keys: JSONWebKeySet,
  jwt: string,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(jwt, createLocalJWKSet(keys), options)
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    let broken: unknown
    for await (const key of error) {
      try {
        return await jwtVerify(jwt, key, options)
      } catch (cause) {
        // RFC 7517 §5: a key that cannot be used keeps no other from being tried.
        if (isBrokenKey(cause)) broken = cause
        else if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause
      }
    }
    throw broken ?? new errors.JWSSignatureVerificationFailed()
  }
}

/** A published key, or the set of them, is no key: jose says so, else itself as TypeError, WebCrypto as DOMException. */
export function isBrokenKey(error: unknown): boolean {
  return [errors.JWKInvalid, errors.JWKSInvalid, TypeError, DOMException].some(
    (type) => error instanceof type,
  )
}

function mayBeNewKey(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWSSignatureVerificationFailed
  )
}
