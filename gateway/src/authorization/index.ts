/** Room 3: who is the person, and do they agree? */
import type { FastifyPluginAsync } from 'fastify'
import { acceptFormBodies } from '../http/form-body.ts'
import { jsonErrorHandler } from '../http/json-errors.ts'
import { allowAnyOrigin } from '../http/public-cors.ts'
import { authorizationEndpoint } from './authorization-endpoint.ts'
import { consentEndpoint } from './consent-endpoint.ts'
import { pageErrorHandler } from './page-errors.ts'
import { pushedAuthorizationRequestEndpoint } from './pushed-authorization-request-endpoint.ts'
import type { AuthorizationRoom } from './room.ts'
import { upstreamCallbackEndpoint } from './upstream-callback-endpoint.ts'

export const authorization: FastifyPluginAsync<AuthorizationRoom> = async (app, room) => {
  acceptFormBodies(app)
  await app.register(async (pages) => {
    pages.setErrorHandler(pageErrorHandler(room.urls.issuer))
    authorizationEndpoint(pages, room)
    consentEndpoint(pages, room)
    upstreamCallbackEndpoint(pages, room)
  })
  // Spoken to by clients, not by people.
  await app.register(async (direct) => {
    direct.addHook('onRequest', allowAnyOrigin(['POST']))
    direct.setErrorHandler(jsonErrorHandler)
    pushedAuthorizationRequestEndpoint(direct, room)
  })
}
