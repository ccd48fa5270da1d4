/** Room 4: code for token, token for token, what one is, and their end. */
import type { FastifyPluginAsync } from 'fastify'
import { acceptFormBodies } from '../http/form-body.ts'
import { jsonErrorHandler } from '../http/json-errors.ts'
import { allowAnyOrigin } from '../http/public-cors.ts'
import { introspectionEndpoint } from './introspection-endpoint.ts'
import { revocationEndpoint } from './revocation-endpoint.ts'
import type { TokenRoom } from './room.ts'
import { tokenEndpoint } from './token-endpoint.ts'

export const token: FastifyPluginAsync<TokenRoom> = async (app, room) => {
  app.addHook('onRequest', allowAnyOrigin(['POST']))
  acceptFormBodies(app)
  app.setErrorHandler(jsonErrorHandler)
  tokenEndpoint(app, room)
  revocationEndpoint(app, room)
  introspectionEndpoint(app, room)
}
