/** The error handler of every room without pages: JSON as RFC 6749 §5.2 and RFC 7591 §3.2.2 have it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { OAuthError } from '../oauth/error.ts'
import { StoreUnavailableError } from '../store/store.ts'
import { NO_STORE } from './no-store.ts'

export function jsonErrorHandler(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = asOAuthError(error)
  // A stack is for our own faults: a probe without a token is each client's first step.
  const facts = { error: known.code, description: known.description, detail: known.detail }
  if (known.status >= 500) request.log.error({ err: error, ...facts }, 'request failed')
  else request.log.info(facts, 'request refused')
  // RFC 6749 §5.2, RFC 6750 §3
  if (known.challenge !== undefined) reply.header('www-authenticate', known.challenge)
  if (known.retryAfter !== undefined) reply.header('retry-after', known.retryAfter)
  return reply
    .code(known.status)
    .headers(NO_STORE)
    .send({ error: known.code, error_description: printable(known.description) })
}

function asOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof StoreUnavailableError) {
    return new OAuthError('temporarily_unavailable', 'try again in a moment', { cause: error })
  }
  const status = (error as { statusCode?: unknown }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const description = status === 413 ? 'the body is too large' : 'the request cannot be read'
    return new OAuthError('invalid_request', description, { status, cause: error })
  }
  return new OAuthError('server_error', 'the server failed', { cause: error })
}

// RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E
function printable(description: string): string {
  return description.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?')
}
