/**
 * POST /par: a client pushes its authorization request (RFC 9126 §2).
 *
 * The client authenticates as at /token, a public one by its id. A DPoP proof binds the code to its key (RFC 9449 §10.1).
 * Writes `pushed`. Answers 201, RFC 6749 §5.2 JSON, or 429.
 */
import type { FastifyInstance } from 'fastify'
import { ownerOf } from '../http/client-network.ts'
import { proofOf, takeProof } from '../http/dpop-header.ts'
import { formOf } from '../http/form-body.ts'
import { NO_STORE } from '../http/no-store.ts'
import { OAuthError } from '../oauth/error.ts'
import { PageError } from '../pages/page-error.ts'
import { PUSHED_REQUEST_LIFETIME } from '../store/lifetimes.ts'
import { readAuthorizationRequest } from './authorization-request.ts'
import { pushRequest } from './pushed-request.ts'
import type { AuthorizationRoom } from './room.ts'

/** Milliseconds, and how many in it: from one address, in all, and from each address in any case. */
const MINUTE = 60_000
const MOST = { ofOne: 600, ofAll: 6_000, ofEach: 10 }

export function pushedAuthorizationRequestEndpoint(
  app: FastifyInstance,
  room: AuthorizationRoom,
): void {
  app.route({
    method: ['POST', 'OPTIONS'],
    url: '/par',
    handler: async (request, reply) => {
      const form = formOf(request)
      const client = await room.authenticateClient(request, form, 'find')
      // RFC 6749 §4.4: a machine has nobody to send to /authorize.
      if (client.response_types.length === 0) {
        throw new OAuthError('unauthorized_client', 'this client has no authorization requests')
      }
      // RFC 9126 §2.1: a reference to a reference.
      if (form.has('request_uri')) {
        throw new OAuthError('invalid_request', 'request_uri cannot be pushed')
      }
      const parameters = request.body as URLSearchParams
      const authorization = read(() => readAuthorizationRequest(parameters, client, room.urls))
      const endpoint = room.urls.pushedAuthorizationRequestEndpoint
      const proof = await proofOf(request, endpoint, room.now())
      const dpop_jkt = authorization.dpop_jkt ?? proof?.jkt
      if (dpop_jkt !== (proof?.jkt ?? dpop_jkt)) {
        throw new OAuthError('invalid_request', 'dpop_jkt is not the key of the DPoP proof')
      }
      // A public client's id is everybody's, so anybody may make us write.
      await room.rateLimit.spendOf('pushed', ownerOf(request.ip), MOST, MINUTE)
      await takeProof(room.store, proof)
      const request_uri = await pushRequest(room.store, {
        ...authorization,
        ...(dpop_jkt === undefined ? {} : { dpop_jkt }),
      })
      room.audit('request_pushed', { client_id: client.client_id })
      return reply
        .code(201)
        .headers(NO_STORE)
        .send({ request_uri, expires_in: PUSHED_REQUEST_LIFETIME / 1000 })
    },
  })
}

/** RFC 9126 §2.3: what would be a page at /authorize is an answer to the client here. */
function read<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof PageError)) throw error
    throw new OAuthError('invalid_request', 'redirect_uri is missing or not registered', {
      cause: error,
    })
  }
}
