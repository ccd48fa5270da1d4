/**
 * How /authorize answers: a redirect with a code or an error, always with `state` and `iss` (RFC 6749 §4.1.2, RFC 9207 §2),
 * or, while the client and its redirect URI are not proven, a page (RFC 6749 §4.1.2.1).
 */
import type { FastifyReply } from 'fastify'
import { OAuthError, type OAuthErrorCode } from '../oauth/error.ts'

/** Where an answer may go: only made once the client is known and the redirect URI is one of its own. */
export interface ProvenTarget {
  readonly redirect_uri: string
  readonly state: string | undefined
}

/** An error that may be redirected: the target is proven, by type. */
export class RedirectableError extends OAuthError {
  readonly target: ProvenTarget

  constructor(target: ProvenTarget, error: OAuthError) {
    super(error.code, error.description, {
      cause: error.cause ?? error,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    })
    this.target = target
  }
}

/** 303, so that the client's callback is a GET whatever came before (C39; RFC 9700 §4.12). */
export function redirectWithCode(
  reply: FastifyReply,
  target: ProvenTarget,
  iss: string,
  code: string,
): FastifyReply {
  return redirect(reply, responseUrl(target, iss, { code }))
}

export function redirectWithError(
  reply: FastifyReply,
  target: ProvenTarget,
  iss: string,
  error: OAuthErrorCode,
  description: string,
): FastifyReply {
  return redirect(reply, errorUrl(target, iss, error, description))
}

/** The same answer as a link, for a page whose button leads back to the client. */
export function errorUrl(
  target: ProvenTarget,
  iss: string,
  error: OAuthErrorCode,
  description: string,
): string {
  return responseUrl(target, iss, { error, error_description: description })
}

function redirect(reply: FastifyReply, location: string): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .redirect(location, 303)
}

// The redirect URI is kept as it was written (RFC 6749 §3.1.2: its query must be retained), so it is not parsed anew.
function responseUrl(target: ProvenTarget, iss: string, answer: Record<string, string>): string {
  const parameters = Object.entries({
    ...answer,
    ...(target.state === undefined ? {} : { state: target.state }),
    iss,
  }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${target.redirect_uri}${target.redirect_uri.includes('?') ? '&' : '?'}${parameters.join('&')}`
}
