/** GET /healthz: the process is alive; nothing else is asked. */
import type { FastifyInstance } from 'fastify'

export function healthzEndpoint(app: FastifyInstance): void {
  app.get('/healthz', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'alive' }),
  )
}
