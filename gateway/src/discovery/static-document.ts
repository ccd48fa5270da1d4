/** A JSON document made once at start, served as the same bytes with an ETag, to any page (C12, C15). */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

/** Clients keep metadata for about five minutes whatever we say; a longer life would only delay a change. */
const CACHE = 'public, max-age=300'

/** Registers every spelling of one document: GET, HEAD, OPTIONS; other methods are 405. */
export function staticDocument(
  app: FastifyInstance,
  paths: readonly string[],
  document: Record<string, unknown>,
): void {
  const body = Buffer.from(JSON.stringify(document))
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  for (const url of paths) {
    app.route({
      method: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler: async (request, reply) => {
        if (request.method !== 'GET' && request.method !== 'HEAD') {
          return reply
            .code(405)
            .header('allow', 'GET, HEAD, OPTIONS')
            .send({ error: 'invalid_request' })
        }
        reply.headers({ etag, 'cache-control': CACHE })
        if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send()
        return reply.type('application/json').send(body)
      },
    })
  }
}

// RFC 9110 §13.1.2: `*` or a list, compared weakly. Our own tags hold no comma.
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
