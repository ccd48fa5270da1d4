/** Room 4: code for token, token for token, and their end. */
import type { FastifyPluginAsync } from 'fastify'
import { acceptFormBodies } from '../http/form-body.ts'
import { jsonErrorHandler } from '../http/json-errors.ts'
import { allowAnyOrigin } from '../http/public-cors.ts'
import { InvalidClientError } from './client-authentication.ts'
import { revocationEndpoint } from './revocation-endpoint.ts'
import type { TokenRoom } from './room.ts'
import { tokenEndpoint } from './token-endpoint.ts'

export const token: FastifyPluginAsync<TokenRoom> = async (app, room) => {
  app.addHook('onRequest', allowAnyOrigin(['POST']))
  acceptFormBodies(app)
  app.setErrorHandler((error, request, reply) => {
    // RFC 6749 §5.2
    if (error instanceof InvalidClientError && error.basic) {
      reply.header('www-authenticate', `Basic realm="${room.urls.issuer}"`)
    }
    return jsonErrorHandler(error, request, reply)
  })
  tokenEndpoint(app, room)
  revocationEndpoint(app, room)
}
