/** The successful answer of /token (RFC 6749 §5.1): nothing null, integer expires_in, the scopes that were given. */
import type { FastifyReply } from 'fastify'
import { NO_STORE } from '../http/no-store.ts'
import { formatScope } from '../oauth/scope.ts'

export interface TokenResponse {
  access_token: string
  /** Seconds. */
  expires_in: number
  /** RFC 6749 §4.4.3: not for a client that can ask again by itself. */
  refresh_token?: string
  scopes: readonly string[]
}

/** @param jkt of the key that the access token is bound to */
export function sendTokens(
  reply: FastifyReply,
  tokens: TokenResponse,
  jkt: string | undefined,
): FastifyReply {
  return reply.headers(NO_STORE).send({
    access_token: tokens.access_token,
    // RFC 9449 §5
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: tokens.expires_in,
    ...(tokens.refresh_token === undefined ? {} : { refresh_token: tokens.refresh_token }),
    scope: formatScope(tokens.scopes),
  })
}
