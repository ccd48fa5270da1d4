/** The successful answer of /token (RFC 6749 §5.1): nothing null, integer expires_in, the scopes that were given. */
import type { FastifyReply } from 'fastify'
import { formatScope } from '../oauth/scope.ts'

export interface TokenResponse {
  access_token: string
  /** Seconds. */
  expires_in: number
  /** RFC 6749 §4.4.3: not for a client that can ask again by itself. */
  refresh_token?: string
  scopes: readonly string[]
}

export function sendTokens(reply: FastifyReply, tokens: TokenResponse): FastifyReply {
  return reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' }).send({
    access_token: tokens.access_token,
    token_type: 'Bearer',
    expires_in: tokens.expires_in,
    ...(tokens.refresh_token === undefined ? {} : { refresh_token: tokens.refresh_token }),
    scope: formatScope(tokens.scopes),
  })
}
