/**
 * The one error a room throws on purpose. `description` goes to the client, `detail` and `cause` only to the log.
 *
 * Rendered by the room that caught it: JSON (RFC 6749 §5.2), a page, a redirect (RFC 6749 §4.1.2.1)
 * or a challenge (RFC 6750 §3).
 */
export type OAuthErrorCode =
  // RFC 6749 §4.1.2.1 and §5.2
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'unauthorized_client'
  | 'invalid_scope'
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable'
  // RFC 7591 §3.2.2
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  // RFC 8707 §2
  | 'invalid_target'
  // RFC 6750 §3.1
  | 'invalid_token'
  // OpenID Connect Core §3.1.2.6, §6
  | 'interaction_required'
  | 'login_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  // RFC 9449 §5, §7.1
  | 'invalid_dpop_proof'

const statusOf: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  access_denied: 403,
  server_error: 500,
  temporarily_unavailable: 503,
}

export interface OAuthErrorOptions {
  /** HTTP status; by default the one the RFC gives the code (400 where it gives none). */
  status?: number
  /** For the log only. */
  detail?: string
  cause?: unknown
  /** Seconds, sent as `Retry-After`; two with each 503. */
  retryAfter?: number
  /** Sent as `WWW-Authenticate`. */
  challenge?: string
}

export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly status: number
  readonly description: string
  readonly detail: string | undefined
  readonly retryAfter: number | undefined
  readonly challenge: string | undefined

  constructor(code: OAuthErrorCode, description: string, options: OAuthErrorOptions = {}) {
    super(`${code}: ${description}`, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.description = description
    this.status = options.status ?? statusOf[code] ?? 400
    this.detail = options.detail
    this.challenge = options.challenge
    this.retryAfter = options.retryAfter ?? (this.status === 503 ? 2 : undefined)
  }
}
