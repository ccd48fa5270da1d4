/** The one token of a request's Authorization header (RFC 6750 §2.1), for endpoints that have a token of their own. */
import type { FastifyRequest } from 'fastify'
import { headerValues } from '../oauth/raw-headers.ts'

/** Undefined where there is none, or more than one header. */
export function bearerTokenOf(request: FastifyRequest): string | undefined {
  const [value = '', ...more] = headerValues(request.raw.rawHeaders, 'authorization')
  return more.length > 0 ? undefined : /^bearer +(\S+)$/i.exec(value)?.[1]
}
