/**
 * Which client is asking (RFC 6749 §2.3; OAuth 2.1 §2.4): `none`, `client_secret_post` or `client_secret_basic`.
 *
 * A client with a secret may use either way, whichever it registered: SDKs differ (C42). Basic is read percent-encoded, as
 * RFC 6749 §2.3.1 has it, and raw, as the TypeScript SDK sends it; our ids and secrets are the same in both.
 */
import type { FastifyRequest } from 'fastify'
import { authorizationsOf } from '../oauth/authorization-header.ts'
import { OAuthError } from '../oauth/error.ts'
import type { Form } from '../oauth/form.ts'
import { hashMatches } from '../oauth/token-value.ts'
import type { ClientRecord } from '../store/records.ts'
import type { TokenRoom } from './room.ts'

interface Credentials {
  client_id: string
  client_secret: string | undefined
  basic: boolean
}

/** @throws OAuthError `invalid_client` (401) that does not tell which half was wrong, or `invalid_request` */
export async function authenticateClient(
  request: FastifyRequest,
  form: Form,
  findClient: TokenRoom['findClient'],
): Promise<ClientRecord> {
  const credentials = readCredentials(request, form)
  const client = await findClient(credentials.client_id)
  if (!client || !secretFits(client, credentials.client_secret)) {
    throw new InvalidClientError(credentials.basic, client ? 'wrong secret' : 'unknown client')
  }
  return client
}

/** RFC 6749 §5.2: a client that used the Authorization header is answered in its scheme. */
export class InvalidClientError extends OAuthError {
  readonly basic: boolean
  constructor(basic: boolean, detail: string) {
    super('invalid_client', 'client authentication failed; register again', { detail })
    this.basic = basic
  }
}

function readCredentials(request: FastifyRequest, form: Form): Credentials {
  const [authorization, ...more] = authorizationsOf(request.raw.rawHeaders)
  if (more.length > 0) throw new OAuthError('invalid_request', 'two Authorization headers')
  if (authorization === undefined) {
    return {
      client_id: form.require('client_id'),
      client_secret: form.get('client_secret'),
      basic: false,
    }
  }
  // RFC 6749 §2.3: never more than one method in a request.
  if (form.has('client_secret')) {
    throw new OAuthError('invalid_request', 'two client authentication methods in one request')
  }
  const basic = readBasic(authorization)
  if (!basic) throw new InvalidClientError(true, 'malformed Basic credentials')
  const client_id = form.get('client_id')
  if (client_id !== undefined && client_id !== basic.client_id) {
    throw new OAuthError('invalid_request', 'client_id differs from the Authorization header')
  }
  return basic
}

// RFC 7617 §2; each half percent-decoded (RFC 6749 §2.3.1), where it is percent-encoded at all.
function readBasic(authorization: string): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization)?.[1]
  const text = encoded && Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text ? text.indexOf(':') : -1
  if (!text || colon < 1) return undefined
  try {
    return {
      client_id: decodeURIComponent(text.slice(0, colon)),
      client_secret: decodeURIComponent(text.slice(colon + 1)) || undefined,
      basic: true,
    }
  } catch {
    return undefined
  }
}

// A public client has nothing to prove; one that sends a secret was given it by somebody else.
function secretFits(client: ClientRecord, presented: string | undefined): boolean {
  if (client.client_secret_sha256 === undefined) return presented === undefined
  return presented !== undefined && hashMatches(presented, client.client_secret_sha256)
}
