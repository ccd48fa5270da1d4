/**
 * POST /revoke (RFC 7009): an access or a refresh token; the whole grant dies with it (§2.1 allows it for access tokens).
 *
 * Public clients too: they prove only their id, and the token has to be theirs (peers: any client could revoke another's).
 * An unknown token is a success (§2.2).
 */
import type { FastifyInstance } from 'fastify'
import { formOf } from '../http/form-body.ts'
import { NO_STORE } from '../http/no-store.ts'
import { OAuthError } from '../oauth/error.ts'
import { parseToken } from '../oauth/token-value.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import type { TokenRoom } from './room.ts'

export function revocationEndpoint(app: FastifyInstance, room: TokenRoom): void {
  app.route({
    method: ['POST', 'OPTIONS'],
    url: '/revoke',
    handler: async (request, reply) => {
      const form = formOf(request)
      const value = form.require('token')
      const client = await room.authenticateClient(request, form)
      // The prefix says what it is, so token_type_hint is not needed (§2.1: it may be ignored).
      const token = parseToken('refresh', value) ?? parseToken('access', value)
      const found = token && (await room.store.find(token))
      if (found) {
        if (found.grant.client_id !== client.client_id) {
          throw new OAuthError('invalid_grant', 'the token was not issued to this client')
        }
        const { client_id } = client
        await revokeGrant(room, found.grant.id, { client_id, why: 'revoked by the client' })
      }
      return reply.headers(NO_STORE).code(200).send()
    },
  })
}
