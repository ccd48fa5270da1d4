/**
 * POST /introspect (RFC 7662): what a token is, for resource servers that the operator registered in CLIENTS, and for nobody
 * who registered himself: an open registration would make it a place to try out stolen tokens (§4).
 */
import type { FastifyInstance } from 'fastify'
import { formOf } from '../http/form-body.ts'
import { NO_STORE } from '../http/no-store.ts'
import { OAuthError } from '../oauth/error.ts'
import { formatScope } from '../oauth/scope.ts'
import { parseToken } from '../oauth/token-value.ts'
import type { TokenRoom } from './room.ts'

export function introspectionEndpoint(app: FastifyInstance, room: TokenRoom): void {
  app.route({
    method: ['POST', 'OPTIONS'],
    url: '/introspect',
    handler: async (request, reply) => {
      const form = formOf(request)
      const client = await room.authenticateClient(request, form)
      if (!client.may_introspect) {
        throw new OAuthError('unauthorized_client', 'this client may not introspect', {
          status: 403,
        })
      }
      await room.clients.keep(client)
      const answer = await introspect(room, form.require('token'))
      return reply.headers(NO_STORE).send(answer)
    },
  })
}

/** RFC 7662 §2.2. Of a token that is not active nothing more is said; a refresh token is no resource server's business. */
async function introspect(room: TokenRoom, value: string): Promise<Record<string, unknown>> {
  const token = parseToken('access', value)
  const found = token && (await room.store.find(token))
  if (!found || found.expiresAt <= room.now()) return { active: false }
  const { grant, scopes, expiresAt, jkt } = found
  return {
    active: true,
    iss: room.urls.issuer,
    aud: grant.resource,
    sub: grant.personId,
    client_id: grant.client_id,
    scope: formatScope(scopes),
    // RFC 9449 §6.2
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    ...(jkt === undefined ? {} : { cnf: { jkt } }),
    exp: Math.floor(expiresAt / 1000),
  }
}
