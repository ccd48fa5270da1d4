/** The room that providers call: a session of theirs is over. */
import type { FastifyPluginAsync } from 'fastify'
import { acceptFormBodies } from '../http/form-body.ts'
import { jsonErrorHandler } from '../http/json-errors.ts'
import { backchannelLogoutEndpoint } from './backchannel-logout-endpoint.ts'
import type { LogoutRoom } from './room.ts'

export const logout: FastifyPluginAsync<LogoutRoom> = async (app, room) => {
  acceptFormBodies(app)
  app.setErrorHandler(jsonErrorHandler)
  backchannelLogoutEndpoint(app, room)
}
