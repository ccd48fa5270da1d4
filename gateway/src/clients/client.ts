/** A client as the rooms see it, whatever its origin. */
import type { ClientRecord } from '../store/records/client.ts'

/** What a client says of itself, checked (RFC 7591 §2); ids and secrets are not of it. */
export type ClientMetadata = Pick<
  ClientRecord,
  | 'redirect_uris'
  | 'token_endpoint_auth_method'
  | 'grant_types'
  | 'response_types'
  | 'application_type'
  | 'client_name'
  | 'client_uri'
  | 'scope'
  | 'software_id'
  | 'software_version'
  | 'jwks'
  | 'jwks_uri'
  | 'require_pushed_authorization_requests'
  | 'dpop_bound_access_tokens'
>

export interface Client extends ClientMetadata {
  client_id: string
  /** `registered`: RFC 7591. `document`: its id is the URL of its metadata. `configured`: the operator's own setting. */
  origin: 'registered' | 'document' | 'configured'
  client_secret_sha256?: string | undefined
  /** Configured only: may ask what a token is (RFC 7662 §2.1). */
  may_introspect?: boolean
  /** Configured only: what it may do in its own name (RFC 6749 §4.4). */
  service_scopes?: readonly string[]
}

/** RFC 6749 §2.1: without credentials, so that its refresh tokens have no protection but their own. */
export function isPublic(client: Client): boolean {
  return client.token_endpoint_auth_method === 'none'
}

/** Its metadata cannot be had or used now, and why: for the log, never for the client. */
export class ClientDocumentError extends Error {
  override readonly name = 'ClientDocumentError'
  /** `gone`: withdrawn by its owner (404, 410). `unreachable`: perhaps later. The others are faults of the document. */
  readonly reason: 'refused' | 'unreachable' | 'gone' | 'invalid'

  constructor(reason: ClientDocumentError['reason'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.reason = reason
  }
}
