/**
 * Pushed authorization requests (RFC 9126): the client sends its request from server to server, and the browser carries a
 * reference only. It may be opened again until the person has answered, or until it expires (§7.3 allows it for reloads).
 */
import { randomBytes } from 'node:crypto'
import type { Client } from '../clients/client.ts'
import { OAuthError } from '../oauth/error.ts'
import { isRegistered } from '../oauth/redirect-uri.ts'
import { PageError } from '../pages/page-error.ts'
import type { AuthorizationRequest } from '../store/records/login.ts'
import type { Store } from '../store/store.ts'
import { targetOf } from './authorization-request.ts'
import { RedirectableError } from './authorization-response.ts'

/** RFC 9126 §2.2 */
const PREFIX = 'urn:ietf:params:oauth:request_uri:'

/** @returns the request_uri, good for the lifetime of `pushed` */
export async function pushRequest(store: Store, request: AuthorizationRequest): Promise<string> {
  const id = randomBytes(32).toString('base64url')
  await store.put('pushed', id, { version: 1, request: { ...request, pushed: id } })
  return `${PREFIX}${id}`
}

/**
 * What the client pushed; undefined where the query names no request_uri of ours. Other parameters beside it are not looked
 * at (RFC 9126 §4, RFC 9101 §5).
 * @throws PageError for one that is unknown, answered, too old, or another client's: no redirect URI is proven then
 */
export async function pushedRequest(
  parameters: URLSearchParams,
  client: Client,
  store: Store,
): Promise<AuthorizationRequest | undefined> {
  const [request_uri, ...more] = parameters.getAll('request_uri')
  if (!request_uri?.startsWith(PREFIX)) return undefined
  const id = request_uri.slice(PREFIX.length)
  const record = more.length === 0 ? await store.get('pushed', id) : undefined
  const stands =
    record?.request.client_id === client.client_id &&
    // Its redirect URIs may have changed since.
    isRegistered(record.request.redirect_uri, client.redirect_uris)
  if (!record || !stands) {
    throw new PageError('expired', 400, 'the request_uri is unknown, used, or another client’s')
  }
  return record.request
}

/** RFC 9126 §6: a client that always pushes is not to be impersonated by a bare link. */
export function refuseUnlessPushed(client: Client, request: AuthorizationRequest): void {
  if (!client.require_pushed_authorization_requests) return
  throw new RedirectableError(
    targetOf(request),
    new OAuthError('invalid_request', 'this client pushes its requests'),
  )
}
