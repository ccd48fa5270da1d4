/** The error handler of this room: a redirect where the target is proven, a page everywhere else. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerWithErrorPage } from '../http/page-errors.ts'
import { RedirectableError, redirectWithError } from './authorization-response.ts'

export function pageErrorHandler(issuer: string) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!(error instanceof RedirectableError)) return answerWithErrorPage(error, request, reply)
    request.log.info({ err: error, detail: error.detail }, 'authorization refused')
    return redirectWithError(reply, error.target, issuer, error.code, error.description)
  }
}
