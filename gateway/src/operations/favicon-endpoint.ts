/** GET /favicon.ico (C59): Claude shows the icon of the origin. */
import type { FastifyInstance } from 'fastify'
import { favicon } from '../pages/favicon.ts'

export function faviconEndpoint(app: FastifyInstance): void {
  app.get('/favicon.ico', async (_request, reply) =>
    reply.type('image/x-icon').header('cache-control', 'public, max-age=86400').send(favicon),
  )
}
