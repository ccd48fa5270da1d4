/** Form bodies of the OAuth endpoints (RFC 6749 appendix B): URLSearchParams, at most 64 KiB, and no other type. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OAuthError } from '../oauth/error.ts'
import { type Form, readForm } from '../oauth/form.ts'

/** Bytes. */
export const OAUTH_BODY_LIMIT = 64 * 1024

export function acceptFormBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: OAUTH_BODY_LIMIT },
    (_request, body, done) => done(null, new URLSearchParams(body.toString())),
  )
  app.addContentTypeParser('*', (_request, _payload, done) =>
    done(
      new OAuthError('invalid_request', 'send application/x-www-form-urlencoded', { status: 415 }),
    ),
  )
}

/** The request's form; a request without a body has an empty one. @throws OAuthError as readForm does */
export function formOf(request: FastifyRequest): Form {
  return readForm(request.body instanceof URLSearchParams ? request.body : new URLSearchParams())
}
