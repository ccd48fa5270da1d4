/** Room 6: the person's own page, and the instructor's; and what a person finds at the address itself. */
import type { FastifyPluginAsync } from 'fastify'
import { acceptFormBodies } from '../http/form-body.ts'
import { answerWithErrorPage } from '../http/page-errors.ts'
import { accountEndpoint } from './account-endpoint.ts'
import { disconnectEndpoint } from './disconnect-endpoint.ts'
import { frontPageEndpoint } from './front-page-endpoint.ts'
import { peopleDecisionEndpoint } from './people-decision-endpoint.ts'
import { peopleDisconnectEndpoint } from './people-disconnect-endpoint.ts'
import { peopleEndpoint } from './people-endpoint.ts'
import type { AccountRoom } from './room.ts'
import { signInEndpoint } from './sign-in-endpoint.ts'
import { signOutEndpoint } from './sign-out-endpoint.ts'
import { signedOutEndpoint } from './signed-out-endpoint.ts'

export const account: FastifyPluginAsync<AccountRoom> = async (app, room) => {
  acceptFormBodies(app)
  app.setErrorHandler((error, request, reply) =>
    answerWithErrorPage(error, request, reply, 'account'),
  )
  frontPageEndpoint(app, room)
  accountEndpoint(app, room)
  signInEndpoint(app, room)
  disconnectEndpoint(app, room)
  signOutEndpoint(app, room)
  signedOutEndpoint(app, room)
  peopleEndpoint(app, room)
  peopleDecisionEndpoint(app, room)
  peopleDisconnectEndpoint(app, room)
}
