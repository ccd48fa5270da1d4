/** Forms of ours are posted by our own pages alone. */
import type { FastifyRequest } from 'fastify'
import { PageError } from '../pages/page-error.ts'

/**
 * Only our own page may post (RFC 9700 §4.7). Browsers send Origin on every POST; where it is absent, Fetch Metadata has
 * to say same-origin. The opaque `null` is refused.
 */
export function refuseForeignPost(request: FastifyRequest, origin: string): void {
  const from = request.headers.origin
  const own =
    from === undefined ? request.headers['sec-fetch-site'] === 'same-origin' : from === origin
  if (!own) throw new PageError('forged_form', 403, 'the form was posted from another origin')
}
