/** GET /metrics: for whoever holds METRICS_TOKEN; without that setting there is nothing here. */
import type { FastifyInstance } from 'fastify'
import { bearerTokenOf } from '../http/bearer-token.ts'
import { hashMatches, sha256 } from '../oauth/token-value.ts'
import type { Secret } from '../secret.ts'
import type { Metrics } from './metrics.ts'

export interface MetricsAccess {
  metrics: Metrics
  metricsToken: Secret | ''
}

export function metricsEndpoint(
  app: FastifyInstance,
  { metrics: { registry }, metricsToken }: MetricsAccess,
): void {
  const kept = metricsToken === '' ? undefined : sha256(metricsToken.reveal())
  app.get('/metrics', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    if (kept === undefined) return reply.code(404).send({ error: 'not_found' })
    const token = bearerTokenOf(request)
    if (token === undefined || !hashMatches(token, kept)) {
      return reply.code(401).header('www-authenticate', 'Bearer realm="metrics"').send({
        error: 'invalid_token',
        error_description: 'the metrics have a token of their own',
      })
    }
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}
