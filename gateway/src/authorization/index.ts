/** Room 3: who is the person, and do they agree? */
import type { FastifyPluginAsync } from 'fastify'
import { acceptFormBodies } from '../http/form-body.ts'
import { authorizationEndpoint } from './authorization-endpoint.ts'
import { createBrowserCookies } from './browser-cookie.ts'
import { consentEndpoint } from './consent-endpoint.ts'
import { pageErrorHandler } from './page-errors.ts'
import type { AuthorizationRoom } from './room.ts'
import { upstreamCallbackEndpoint } from './upstream-callback-endpoint.ts'

export const authorization: FastifyPluginAsync<Omit<AuthorizationRoom, 'cookies'>> = async (
  app,
  parts,
) => {
  const room: AuthorizationRoom = {
    ...parts,
    cookies: createBrowserCookies({
      secure: parts.urls.secure,
      lifetime: parts.config.LOGIN_TTL,
    }),
  }
  acceptFormBodies(app)
  app.setErrorHandler(pageErrorHandler(parts.urls.issuer))
  authorizationEndpoint(app, room)
  consentEndpoint(app, room)
  upstreamCallbackEndpoint(app, room)
}
