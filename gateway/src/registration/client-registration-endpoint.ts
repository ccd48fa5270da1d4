/**
 * POST /register: dynamic client registration (RFC 7591 §3).
 *
 * Writes `client`, for a day: a redemption or refresh lets it live on (C23, C25). Answers 201, also for what was registered
 * before with the same metadata; RFC 7591 §3.2.2; or 429.
 */
import type { FastifyInstance } from 'fastify'
import { readClientMetadata } from '../clients/client-metadata.ts'
import { NO_STORE } from '../http/no-store.ts'
import { OAuthError } from '../oauth/error.ts'
import { clientInformation } from './client-information.ts'
import { registerClient } from './register-client.ts'
import type { RegistrationRoom } from './room.ts'

export function clientRegistrationEndpoint(app: FastifyInstance, room: RegistrationRoom): void {
  app.route({
    method: ['POST', 'OPTIONS'],
    url: '/register',
    handler: async (request, reply) => {
      reply.headers(NO_STORE)
      if (!room.config.DCR) {
        throw new OAuthError('access_denied', 'dynamic registration is off at this server')
      }
      const metadata = readClientMetadata(request.body, room.admission)
      const asking = {
        address: request.ip,
        user_agent: request.headers['user-agent']?.slice(0, 256),
      }
      const { client, issued, isNew } = await registerClient(room, metadata, request.ip).catch(
        (error: unknown) => {
          if (error instanceof OAuthError) room.audit('client_limited', asking)
          throw error
        },
      )
      room.audit(isNew ? 'client_registered' : 'client_known', {
        client_id: client.client_id,
        client_name: client.client_name,
        redirect_uris: client.redirect_uris,
        ...asking,
      })
      return reply.code(201).send(clientInformation(client, room.urls, issued))
    },
  })
}
