/**
 * Which client is asking (RFC 6749 §2.3; OAuth 2.1 §2.4): `none`, `client_secret_post`, `client_secret_basic` or
 * `private_key_jwt`.
 *
 * A client with a secret may use either way, whichever it registered: SDKs differ (C42). Basic is read percent-encoded, as
 * RFC 6749 §2.3.1 has it, and raw, as the TypeScript SDK sends it; our ids and secrets are the same in both. A client with
 * keys has no other way.
 */
import type { FastifyRequest } from 'fastify'
import { OAuthError } from '../oauth/error.ts'
import type { Form } from '../oauth/form.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { headerValues } from '../oauth/raw-headers.ts'
import { hashMatches } from '../oauth/token-value.ts'
import type { Store } from '../store/store.ts'
import { type Client, ClientDocumentError } from './client.ts'
import { createAssertionCheck, readClaimedClientId } from './client-assertion.ts'
import type { Clients } from './clients.ts'

/**
 * @param lookup `findKnown` where only a client that was at /authorize can have something to present
 * @throws OAuthError `invalid_client` (401) that does not tell which half was wrong, or `invalid_request`
 */
export type AuthenticateClient = (
  request: FastifyRequest,
  form: Form,
  lookup?: 'find' | 'findKnown',
) => Promise<Client>

type Credentials =
  | { way: 'none'; client_id: string }
  | { way: 'basic' | 'post'; client_id: string; client_secret: string }
  | { way: 'assertion'; client_id: string; assertion: string }

export function createAuthenticateClient(parts: {
  clients: Clients
  store: Store
  urls: PublicUrls
  now: () => number
}): AuthenticateClient {
  const { clients, urls } = parts
  const assertionFits = createAssertionCheck(parts)

  async function proves(client: Client, credentials: Credentials, from: string): Promise<boolean> {
    // A method of its own: whatever else is sent, keys are never replaced by a name.
    if (client.token_endpoint_auth_method === 'private_key_jwt') {
      return credentials.way === 'assertion' && assertionFits(client, credentials.assertion, from)
    }
    if (client.client_secret_sha256 !== undefined) {
      return (
        'client_secret' in credentials &&
        hashMatches(credentials.client_secret, client.client_secret_sha256)
      )
    }
    // A public client has nothing to prove; one that sends a secret was given it by somebody else.
    return credentials.way === 'none'
  }

  return async (request, form, lookup = 'findKnown') => {
    const credentials = readCredentials(request, form, urls.issuer)
    const refused = (detail: string, cause?: unknown) =>
      invalidClient(credentials.way === 'basic', urls.issuer, detail, cause)
    try {
      const client = await clients[lookup](credentials.client_id, request.ip)
      if (!client) throw refused('unknown client')
      if (!(await proves(client, credentials, request.ip))) throw refused('not proven')
      return client
    } catch (error) {
      if (error instanceof ClientDocumentError) throw refused(error.message, error)
      throw error
    }
  }
}

/** RFC 6749 §5.2: a client that used the Authorization header is answered in its scheme. */
function invalidClient(basic: boolean, realm: string, detail: string, cause?: unknown): OAuthError {
  return new OAuthError(
    'invalid_client',
    'client authentication failed: register again, or correct its id and secret',
    {
      detail,
      ...(cause === undefined ? {} : { cause }),
      ...(basic ? { challenge: `Basic realm="${realm}"` } : {}),
    },
  )
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

function readCredentials(request: FastifyRequest, form: Form, issuer: string): Credentials {
  const [authorization, ...more] = headerValues(request.raw.rawHeaders, 'authorization')
  if (more.length > 0) throw new OAuthError('invalid_request', 'two Authorization headers')
  // RFC 6749 §2.3: never more than one method in a request.
  const ways = [
    authorization !== undefined,
    form.has('client_secret'),
    form.has('client_assertion'),
  ]
  if (ways.filter(Boolean).length > 1) {
    throw new OAuthError('invalid_request', 'two client authentication methods in one request')
  }
  const client_id = form.get('client_id')
  const assertion = form.get('client_assertion')
  if (assertion !== undefined) {
    // RFC 7521 §4.2: client_id may be left out, and must be the same where it is not.
    if (form.require('client_assertion_type') !== ASSERTION_TYPE) {
      throw new OAuthError('invalid_request', 'only jwt-bearer client assertions are supported')
    }
    const claimed = readClaimedClientId(assertion)
    if (claimed === undefined || (client_id ?? claimed) !== claimed) {
      throw invalidClient(false, issuer, 'the assertion names no client, or another one')
    }
    return { way: 'assertion', client_id: claimed, assertion }
  }
  if (authorization !== undefined) {
    const basic = readBasic(authorization)
    if (!basic) throw invalidClient(true, issuer, 'malformed Basic credentials')
    if (client_id !== undefined && client_id !== basic.client_id) {
      throw new OAuthError('invalid_request', 'client_id differs from the Authorization header')
    }
    return basic
  }
  const client_secret = form.get('client_secret')
  return client_secret === undefined
    ? { way: 'none', client_id: form.require('client_id') }
    : { way: 'post', client_id: form.require('client_id'), client_secret }
}

// RFC 7617 §2; each half percent-decoded (RFC 6749 §2.3.1), where it is percent-encoded at all.
function readBasic(authorization: string): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization)?.[1]
  const text = encoded && Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text ? text.indexOf(':') : -1
  if (!text || colon < 1) return undefined
  try {
    const client_id = decodeURIComponent(text.slice(0, colon))
    const client_secret = decodeURIComponent(text.slice(colon + 1))
    return client_secret === ''
      ? { way: 'none', client_id }
      : { way: 'basic', client_id, client_secret }
  } catch {
    return undefined
  }
}
