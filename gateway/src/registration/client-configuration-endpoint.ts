/**
 * /register/<client_id>: GET, PUT and DELETE of a registration (RFC 7592 §2) by the registration access token that its one
 * registrant was given. A record that is many registrants' can be read by anybody, since it says nothing but what they said
 * (C19), and changed by nobody.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readClientMetadata } from '../clients/client-metadata.ts'
import { bearerTokenOf } from '../http/bearer-token.ts'
import { NO_STORE } from '../http/no-store.ts'
import { OAuthError } from '../oauth/error.ts'
import { hashMatches } from '../oauth/token-value.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import type { ClientRecord } from '../store/records/client.ts'
import { clientInformation } from './client-information.ts'
import { withSecret } from './register-client.ts'
import type { RegistrationRoom } from './room.ts'

type Named = { Params: { client_id: string } }

/** RFC 7592 §2.2: ours to say, so a client that says them has misunderstood. */
const OURS = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]

export function clientConfigurationEndpoint(app: FastifyInstance, room: RegistrationRoom): void {
  const url = '/register/:client_id'

  app.route<Named>({
    method: ['GET', 'OPTIONS'],
    url,
    handler: async (request, reply) => {
      const client = await room.store.get('client', request.params.client_id)
      const shown = client && isShared(client) ? client : proven(request, client)
      return reply.headers(NO_STORE).send(clientInformation(shown, room.urls))
    },
  })

  app.route<Named>({
    method: 'PUT',
    url,
    handler: async (request, reply) => {
      const before = await managed(room, request)
      const { client, client_secret } = withSecret({
        ...readUpdate(room, before, request.body),
        version: 1,
        client_id: before.client_id,
        client_id_issued_at: before.client_id_issued_at,
        client_secret_sha256: before.client_secret_sha256,
        registration_access_token_sha256: before.registration_access_token_sha256,
      })
      if (!(await room.store.replace('client', client.client_id, client))) throw unknown()
      room.audit('client_updated', {
        client_id: client.client_id,
        redirect_uris: client.redirect_uris,
      })
      return reply
        .headers(NO_STORE)
        .send(clientInformation(client, room.urls, client_secret ? { client_secret } : {}))
    },
  })

  app.route<Named>({
    method: 'DELETE',
    url,
    handler: async (request, reply) => {
      const { client_id } = await managed(room, request)
      // First the client, so that no grant is opened or refreshed behind our back (RFC 7592 §2.3).
      await room.store.drop('client', client_id)
      for (const grant of await room.store.grantsOf({ client_id })) {
        await revokeGrant(room, grant, { client_id, why: 'the client was deleted' })
      }
      room.audit('client_deleted', { client_id })
      return reply.code(204).headers(NO_STORE).send()
    },
  })
}

/** Of as many registrants as said the same (ADR 15). */
function isShared({ registration_access_token_sha256 }: ClientRecord): boolean {
  return registration_access_token_sha256 === undefined
}

/** RFC 7592 §2: by its one registrant; §2.2, §2.3: 403 where nobody may. */
async function managed(
  room: RegistrationRoom,
  request: FastifyRequest<Named>,
): Promise<ClientRecord> {
  const client = await room.store.get('client', request.params.client_id)
  if (client && isShared(client)) {
    throw new OAuthError('access_denied', 'this registration is shared: nobody may change it')
  }
  return proven(request, client)
}

/** One answer for a client that is not there and for a wrong token (RFC 7592 §2.1). */
function proven(request: FastifyRequest, client: ClientRecord | undefined): ClientRecord {
  const token = bearerTokenOf(request)
  const kept = client?.registration_access_token_sha256
  if (!client || !token || !kept || !hashMatches(token, kept)) throw unknown()
  return client
}

function unknown(): OAuthError {
  return new OAuthError('invalid_token', 'the registration access token is not this client’s', {
    challenge: 'Bearer error="invalid_token"',
  })
}

function readUpdate(room: RegistrationRoom, before: ClientRecord, body: unknown) {
  const told = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  if (OURS.some((name) => name in told)) {
    throw new OAuthError('invalid_client_metadata', `an update must not hold ${OURS.join(', ')}`)
  }
  if (told.client_id !== before.client_id) {
    throw new OAuthError('invalid_client_metadata', 'client_id has to be the client’s own')
  }
  const { client_secret } = told
  const known = before.client_secret_sha256
  const secretFits =
    client_secret === undefined ||
    (typeof client_secret === 'string' && known !== undefined && hashMatches(client_secret, known))
  if (!secretFits) {
    throw new OAuthError('invalid_client_metadata', 'client_secret has to be the client’s own')
  }
  return readClientMetadata(body, room.admission)
}
