/** The gateway's public keys, read lazily and again when a key id is unknown. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'

/** The keys cannot be read: our fault, so a 503 and never a 401. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError'
  constructor(cause: unknown) {
    super('the keys of the gateway cannot be read', { cause })
  }
}

// Below the 2 s within which an outage must be answered.
const FETCH_TIMEOUT = 1_500
// A new key of the gateway is seen after this at the latest; invented key ids cause no more than one read in it.
const COOLDOWN = 1_000

/** @param cooldown ms between two reads that unknown key ids may cause */
export function gatewayKeys(jwksUrl: URL, cooldown = COOLDOWN): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(jwksUrl, {
    timeoutDuration: FETCH_TIMEOUT,
    cooldownDuration: cooldown,
  })
  return async (header, token) => {
    // With one key in the set jose would take it for a token that names none.
    if (header.kid === undefined) throw new errors.JWSInvalid('the assertion names no key')
    try {
      return await keys(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw error
      throw new KeysUnavailableError(error)
    }
  }
}
