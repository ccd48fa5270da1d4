/** Room 2: which client is this? */
import type { FastifyPluginAsync } from 'fastify'
import { OAUTH_BODY_LIMIT } from '../http/form-body.ts'
import { jsonErrorHandler } from '../http/json-errors.ts'
import { allowAnyOrigin } from '../http/public-cors.ts'
import { OAuthError } from '../oauth/error.ts'
import {
  clientRegistrationEndpoint,
  type RegistrationRoom,
} from './client-registration-endpoint.ts'

export const registration: FastifyPluginAsync<RegistrationRoom> = async (app, room) => {
  app.addHook('onRequest', allowAnyOrigin(['POST']))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: OAUTH_BODY_LIMIT },
    (_request, body, done) => {
      try {
        done(null, JSON.parse(body.toString()))
      } catch (cause) {
        done(new OAuthError('invalid_client_metadata', 'the body is not JSON', { cause }))
      }
    },
  )
  app.addContentTypeParser('*', (_request, _payload, done) =>
    done(new OAuthError('invalid_client_metadata', 'send application/json', { status: 415 })),
  )
  app.setErrorHandler(jsonErrorHandler)
  clientRegistrationEndpoint(app, room)
}
