/**
 * POST /token (RFC 6749 §3.2): the phases that no grant may forget: form, client, grant type, the proof of a key (RFC 9449 §5),
 * the grant, no-store.
 *
 * Reads `client` and the grant, writes both; each grant takes the proof before it does. Answers RFC 6749 §5.1, or §5.2 by the
 * room's error handler.
 */
import type { FastifyInstance } from 'fastify'
import { proofOf } from '../http/dpop-header.ts'
import { formOf } from '../http/form-body.ts'
import { OAuthError } from '../oauth/error.ts'
import { JWT_BEARER } from '../oauth/grant-types.ts'
import { redeemCode } from './grants/authorization-code.ts'
import { serveClient } from './grants/client-credentials.ts'
import { redeemAssertion } from './grants/jwt-bearer.ts'
import { refreshTokens } from './grants/refresh-token.ts'
import type { TokenRoom } from './room.ts'
import type { TokenRequest } from './token-request.ts'
import { sendTokens, type TokenResponse } from './token-response.ts'

type Grant = (room: TokenRoom, asked: TokenRequest) => Promise<TokenResponse>

const grants = new Map<string, Grant>([
  ['authorization_code', redeemCode],
  ['refresh_token', refreshTokens],
  ['client_credentials', serveClient],
])

export function tokenEndpoint(app: FastifyInstance, room: TokenRoom): void {
  const offered = new Map(grants)
  if (room.config.ID_JAG_ISSUERS.length > 0) offered.set(JWT_BEARER, redeemAssertion)
  app.route({
    method: ['POST', 'OPTIONS'],
    url: '/token',
    handler: async (request, reply) => {
      const form = formOf(request)
      const grant_type = form.require('grant_type')
      const grant = offered.get(grant_type)
      // A client that the company manages was never at /authorize, so its document may not be known yet.
      const lookup = grant === redeemAssertion ? 'find' : 'findKnown'
      const client = await room.authenticateClient(request, form, lookup)
      if (!grant) throw new OAuthError('unsupported_grant_type', 'no such grant type here')
      // RFC 6749 §5.2
      if (!client.grant_types.includes(grant_type)) {
        throw new OAuthError('unauthorized_client', 'this client has not that grant type')
      }
      const proof = await proofOf(request, room.urls.tokenEndpoint, room.now())
      // RFC 9449 §5.2
      if (proof === undefined && client.dpop_bound_access_tokens) {
        throw new OAuthError('invalid_dpop_proof', 'this client registered to send a DPoP proof')
      }
      return sendTokens(reply, await grant(room, { request, form, client, proof }), proof?.jkt)
    },
  })
}
