/** What the operator asks: alive, ready, how much, and the icon. */
import type { FastifyPluginAsync } from 'fastify'
import { faviconEndpoint } from './favicon-endpoint.ts'
import { healthzEndpoint } from './healthz-endpoint.ts'
import { type MetricsAccess, metricsEndpoint } from './metrics-endpoint.ts'
import { type Readiness, readyzEndpoint } from './readyz-endpoint.ts'

export const operations: FastifyPluginAsync<Readiness & MetricsAccess> = async (app, parts) => {
  healthzEndpoint(app)
  readyzEndpoint(app, parts)
  faviconEndpoint(app)
  metricsEndpoint(app, parts)
}
