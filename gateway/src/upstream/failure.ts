/** What went wrong at the provider, in three kinds that lead to three answers (and a fourth: it said no). */
import * as oidc from 'openid-client'
import { UpstreamError } from './upstream.ts'

/** RFC 6749 §4.1.2.1, §5.2: our client, its secret or its registration, not the person. */
const OUR_FAULT = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'invalid_scope',
  'invalid_request',
])
/** Of these what §5.2 says of the client alone, whatever the request was. */
const ABOUT_CLIENT = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type'])
/** Statuses for a request that is not liked, as a firewall gives them too; 401, 404 and 405 are about us, or our address of it. */
const ABOUT_REQUEST = new Set([400, 403, 413, 414, 422])
/** RFC 6749 §4.1.2.1 */
const OUTAGE = new Set(['temporarily_unavailable', 'server_error'])

export function asUpstreamError(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error
  const { cause } = error as { cause?: unknown }
  // Thrown by our own fetch, wrapped by the library.
  if (cause instanceof UpstreamError) return cause
  if (error instanceof oidc.AuthorizationResponseError) {
    return answeredError(error.error, 'declined', 'the provider sent the browser back with')
  }
  const status = statusOf(error)
  if (typeof status === 'number' && isOutage(status)) {
    return new UpstreamError('unavailable', `the provider answered ${status}`)
  }
  if (error instanceof oidc.ResponseBodyError) {
    return answeredError(error.error, 'invalid', `the provider answered ${status} with`)
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    // RFC 6750 §3: Bearer is about the access token; RFC 6749 §5.2: any other scheme is about our client.
    const aboutToken = error.cause.some(({ scheme }) => scheme === 'bearer')
    return new UpstreamError(
      aboutToken ? 'invalid' : 'misconfigured',
      `the provider answered ${status} with a challenge`,
    )
  }
  if (typeof status === 'number' && status >= 300) {
    return new UpstreamError('misconfigured', `the provider answered ${status}`)
  }
  const network = networkFailure(error)
  if (network !== undefined) {
    return new UpstreamError('unavailable', `the provider does not answer: ${network}`)
  }
  return new UpstreamError(
    'invalid',
    clockProblem(error) ?? `a check of the provider’s answer failed: ${reason(error)}`,
  )
}

/**
 * The same where a code was exchanged, which anybody may have made up: what only says that the request is bad is about whoever
 * brought it, not about us, and shown in nobody's health. What the browser was sent back with stays as it is.
 */
export function codeFailure(cause: unknown): unknown {
  if (cause instanceof oidc.AuthorizationResponseError) return cause
  const error = asUpstreamError(cause)
  if (error.kind !== 'misconfigured') return error
  const isAboutUs =
    cause instanceof oidc.ResponseBodyError
      ? ABOUT_CLIENT.has(cause.error)
      : !ABOUT_REQUEST.has(Number(statusOf(cause)))
  if (isAboutUs) return error
  const { message, providerError } = error
  return new UpstreamError('invalid', message, providerError === undefined ? {} : { providerError })
}

function statusOf(error: unknown): unknown {
  const { cause, status } = error as { cause?: unknown; status?: unknown }
  return cause instanceof Response ? cause.status : status
}

function answeredError(code: string, otherwise: UpstreamError['kind'], how: string): UpstreamError {
  // RFC 6749 §5.2 allows any printable text here, and a browser may have written it: only a name is kept.
  const said = /^[\w-]{1,64}$/.test(code) ? code : 'another error'
  const kind = OUTAGE.has(said) ? 'unavailable' : OUR_FAULT.has(said) ? 'misconfigured' : otherwise
  return new UpstreamError(kind, `${how} ${said}`, { providerError: said })
}

/** RFC 9110 §15.5.9, RFC 6585 §4: later it may work. */
function isOutage(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}

/** Its name, e.g. ENOTFOUND; undefined for a failure that is none of the network's. */
function networkFailure(error: unknown): string | undefined {
  let name: string | undefined
  // fetch fails with a TypeError, a time-out with a DOMException; openid-client may wrap either.
  for (let at: unknown = error; at instanceof Error || at instanceof DOMException; at = at.cause) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return at.name
    // ECONNREFUSED, UND_ERR_SOCKET; not ERR_INVALID_URL, which is about what was received.
    const code = String((at as { code?: unknown }).code)
    if (/^(E(?!RR_)[A-Z]+|UND_ERR_)/.test(code)) return code
    if (at instanceof TypeError && at.message === 'fetch failed') name = at.message
  }
  return name
}

/** A time in a token that cannot be: told with how far it is off, since the clock is what has to be set. */
function clockProblem(error: unknown): string | undefined {
  const { cause } = error as { cause?: unknown }
  for (const at of [cause, (cause as { cause?: unknown } | undefined)?.cause]) {
    const { claim, claims, now, tolerance } = (at ?? {}) as Record<string, unknown>
    const time = (claims as Record<string, unknown> | undefined)?.[String(claim)]
    if (typeof time === 'number' && typeof now === 'number') {
      return clocksDiffer(String(claim), time, now, typeof tolerance === 'number' ? tolerance : 0)
    }
  }
  return undefined
}

/** All in seconds. */
export function clocksDiffer(claim: string, time: number, now: number, tolerance: number): string {
  const off = Math.round(Math.abs(now - time))
  const where = time < now ? 'in the past' : 'to come'
  return `${claim} is ${off} s ${where} by our clock, and ${tolerance} s may differ: compare the clocks of this machine and of the provider`
}

// Names only: messages and causes of the library may quote what was received, tokens among it.
function reason(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown }
  const about = subjectOf(cause) ?? subjectOf((cause as { cause?: unknown } | undefined)?.cause)
  return `${String(code ?? name ?? 'unknown')}${about === undefined ? '' : ` (${about})`}`
}

/** The claim of a token or the attribute of a document that was compared. */
function subjectOf(cause: unknown): string | undefined {
  const { claim, attribute } = (cause ?? {}) as { claim?: unknown; attribute?: unknown }
  if (typeof claim === 'string') return claim
  return typeof attribute === 'string' ? attribute : undefined
}
