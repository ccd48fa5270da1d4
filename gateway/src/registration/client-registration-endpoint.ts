/**
 * POST /register: dynamic client registration (RFC 7591 §3).
 *
 * Writes `client`, for a day: a redemption or refresh lets it live on (C23, C25). Answers 201, or RFC 7591 §3.2.2.
 */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { sha256 } from '../oauth/token-value.ts'
import type { Audit } from '../operations/audit.ts'
import type { ClientRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { readClientMetadata } from './client-metadata.ts'

export interface RegistrationRoom {
  config: Config
  store: Store
  audit: Audit
  now: () => number
}

/** Milliseconds that a registration lives before its first use. */
const UNUSED_LIFETIME = 86_400_000

export function clientRegistrationEndpoint(app: FastifyInstance, room: RegistrationRoom): void {
  app.route({
    method: ['POST', 'OPTIONS'],
    url: '/register',
    handler: async (request, reply) => {
      reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
      const metadata = readClientMetadata(request.body, room.config.CUSTOM_REDIRECT_URIS)
      const client: ClientRecord = {
        version: 1,
        client_id: `bsg_client_${randomBytes(16).toString('base64url')}`,
        client_id_issued_at: Math.floor(room.now() / 1000),
        ...metadata,
      }
      // C17, C18: a secret if and only if the method uses one; it never expires while the client lives.
      const secret =
        client.token_endpoint_auth_method === 'none'
          ? undefined
          : `bsg_cs_${randomBytes(32).toString('base64url')}`
      const stored = secret ? { ...client, client_secret_sha256: sha256(secret) } : client
      await room.store.put('client', client.client_id, stored, UNUSED_LIFETIME)
      room.audit('client_registered', {
        client_id: client.client_id,
        client_name: client.client_name,
        redirect_uris: client.redirect_uris,
        address: request.ip,
        user_agent: request.headers['user-agent']?.slice(0, 256),
      })
      const { version: _, ...answer } = client
      return reply
        .code(201)
        .send(secret ? { ...answer, client_secret: secret, client_secret_expires_at: 0 } : answer)
    },
  })
}
