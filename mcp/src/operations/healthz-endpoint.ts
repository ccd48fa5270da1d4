/** GET /healthz: the process is alive. Reads nothing. */
import type { FastifyInstance } from 'fastify'

export function healthzEndpoint(app: FastifyInstance): void {
  app.get('/healthz', () => ({ status: 'alive' }))
}
