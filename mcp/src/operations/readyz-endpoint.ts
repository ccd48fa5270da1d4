/** GET /readyz: 200 when the store answers, else 503. */
import type { FastifyInstance } from 'fastify'
import type { SchoolStore } from '../school/school-store.ts'

export function readyzEndpoint(app: FastifyInstance, { school }: { school: SchoolStore }): void {
  app.get('/readyz', async (request, reply) => {
    try {
      await school.ping()
    } catch (error) {
      request.log.warn({ err: error }, 'not ready')
      return reply.code(503).header('retry-after', 2).send({ status: 'unavailable', store: 'down' })
    }
    return { status: 'ready', store: 'up' }
  })
}
