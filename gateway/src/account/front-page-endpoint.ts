/**
 * GET /: for a person who followed the address into a browser: what this is, what to paste into an app, and the way to their own
 * page. Reads and writes nothing. Answers a page where one is accepted (RFC 9110 §12.5.1); for everybody else there is nothing.
 */
import type { FastifyInstance } from 'fastify'
import { NO_STORE } from '../http/no-store.ts'
import { frontPage } from '../pages/front-page.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { localeOf } from './locale-of.ts'
import type { AccountRoom } from './room.ts'

export function frontPageEndpoint(app: FastifyInstance, { urls }: AccountRoom): void {
  app.get('/', async (request, reply) => {
    // RFC 9110 §12.5.5, §15.5.5: a cache may keep a 404, and give it to a browser.
    reply.headers({ ...NO_STORE, vary: 'accept' })
    if (!/\btext\/html\b/i.test(request.headers.accept ?? '')) return reply.callNotFound()
    const page = frontPage({ locale: localeOf(request), resource: urls.resource })
    return reply.headers(pageHeaders).send(page)
  })
}
