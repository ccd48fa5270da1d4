/** How an error of a page is told to a person: a page of its own, with what was meant for the log left out. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { OAuthError } from '../oauth/error.ts'
import { queryOf } from '../oauth/form.ts'
import { type ErrorPageCode, errorPage } from '../pages/error-page.ts'
import { chooseLocale } from '../pages/locale.ts'
import { PageError } from '../pages/page-error.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { StoreUnavailableError } from '../store/store.ts'

const RETRY_AFTER = '2'

export function answerWithErrorPage(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  from?: 'account',
): FastifyReply {
  const { status, code } = classify(error)
  request.log[status >= 500 ? 'error' : 'info'](
    { err: error, status },
    'answered with an error page',
  )
  // RFC 6585 §4
  const later = error instanceof OAuthError ? error.retryAfter : undefined
  if (later !== undefined) reply.header('retry-after', later)
  else if (status === 503) reply.header('retry-after', RETRY_AFTER)
  return reply
    .code(status)
    .headers(pageHeaders)
    .send(
      errorPage({
        locale: chooseLocale(askedLocales(request), request.headers['accept-language']),
        code,
        from: from ?? (error instanceof PageError ? error.from : undefined),
        requestId: request.id,
      }),
    )
}

/** An error may come before the request was read. */
function askedLocales(request: FastifyRequest): string | undefined {
  return new URLSearchParams(queryOf(request.raw.url)).get('ui_locales') ?? undefined
}

function classify(error: unknown): { status: number; code: ErrorPageCode } {
  if (error instanceof PageError) return { status: error.status, code: error.code }
  if (error instanceof StoreUnavailableError) return { status: 503, code: 'unavailable' }
  if (error instanceof OAuthError) {
    const code = error.status === 429 ? 'too_many_requests' : 'invalid_request'
    return { status: error.status, code }
  }
  const status = (error as { statusCode?: unknown }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { status, code: 'invalid_request' }
  }
  return { status: 500, code: 'internal' }
}
