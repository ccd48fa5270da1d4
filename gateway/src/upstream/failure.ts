/** What went wrong at the provider, in three kinds that lead to three answers (and a fourth: it said no). */
import * as oidc from 'openid-client'
import { UpstreamError } from './upstream.ts'

/** RFC 6749 §5.2: our own fault, not the person's. */
const OUR_FAULT = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_request',
])
/** RFC 6749 §4.1.2.1 */
const OUTAGE = new Set(['temporarily_unavailable', 'server_error'])

export function asUpstreamError(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error
  if (error instanceof oidc.AuthorizationResponseError) {
    const said = error.error
    const kind = OUTAGE.has(said)
      ? 'unavailable'
      : OUR_FAULT.has(said)
        ? 'misconfigured'
        : 'declined'
    return new UpstreamError(kind, 'the provider answered with an error', { providerError: said })
  }
  if (error instanceof oidc.ResponseBodyError) {
    const kind = OUTAGE.has(error.error)
      ? 'unavailable'
      : OUR_FAULT.has(error.error)
        ? 'misconfigured'
        : 'invalid'
    return new UpstreamError(kind, `the provider answered ${error.status}`, {
      providerError: error.error,
    })
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    return new UpstreamError('invalid', `the provider answered ${error.status} with a challenge`)
  }
  const status = answeredStatus(error)
  if (status !== undefined && status >= 500) {
    return new UpstreamError('unavailable', `the provider answered ${status}`)
  }
  if (status !== undefined && status >= 300) {
    return new UpstreamError('misconfigured', `the provider answered ${status}`)
  }
  if (isNetworkFailure(error)) {
    return new UpstreamError('unavailable', `the provider does not answer: ${reason(error)}`)
  }
  const code = (error as { code?: unknown }).code
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' && isAboutIssuer(error)) {
    return new UpstreamError('misconfigured', 'the provider’s discovery names another issuer')
  }
  return new UpstreamError('invalid', `a check of the login failed: ${reason(error)}`)
}

function answeredStatus(error: unknown): number | undefined {
  const cause = (error as { cause?: unknown }).cause
  return cause instanceof Response ? cause.status : undefined
}

// fetch fails with a TypeError, a time-out with a DOMException; openid-client may wrap either.
function isNetworkFailure(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error || at instanceof DOMException; at = at.cause) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return true
    if (/^(E[A-Z]+|UND_ERR_)/.test(String((at as { code?: unknown }).code))) return true
    if (at instanceof TypeError && at.message === 'fetch failed') return true
  }
  return false
}

function isAboutIssuer(error: unknown): boolean {
  const cause = (error as { cause?: { attribute?: unknown } }).cause
  return cause?.attribute === 'issuer'
}

// The name of the failure only: messages of the library may quote what was received.
function reason(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return String(code ?? name ?? 'unknown')
}
