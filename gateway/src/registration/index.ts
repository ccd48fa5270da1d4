/** Room 2: which client is this? */
import type { FastifyPluginAsync } from 'fastify'
import { jsonErrorHandler } from '../http/json-errors.ts'
import { allowAnyOrigin } from '../http/public-cors.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import { OAuthError } from '../oauth/error.ts'
import { clientConfigurationEndpoint } from './client-configuration-endpoint.ts'
import { clientRegistrationEndpoint } from './client-registration-endpoint.ts'
import { createRegistrationLimits } from './registration-limits.ts'
import type { RegistrationRoom } from './room.ts'

/** Bytes: each is kept for a day, and strangers send them. */
const REGISTRATION_BODY_LIMIT = 16 * 1024

type RegistrationOptions = Omit<RegistrationRoom, 'limits'> & { rateLimit: RateLimit }

export const registration: FastifyPluginAsync<RegistrationOptions> = async (
  app,
  { rateLimit, ...parts },
) => {
  const { config } = parts
  const room: RegistrationRoom = {
    ...parts,
    limits: createRegistrationLimits({ config, rateLimit }),
  }
  app.addHook('onRequest', allowAnyOrigin(['GET', 'POST', 'PUT', 'DELETE']))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: REGISTRATION_BODY_LIMIT },
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
  clientConfigurationEndpoint(app, room)
}
