/**
 * GET /readyz: 200 while the store answers, else 503. Each provider's and mcp's state are told, but do not decide: a gateway
 * without them still serves discovery, refresh, and an honest error.
 */
import type { FastifyInstance } from 'fastify'
import type { Store } from '../store/store.ts'
import type { Providers } from '../upstream/providers.ts'

export interface Readiness {
  store: Store
  providers: Providers
  /** What the last forwarded request showed. */
  mcpState: () => string
}

export function readyzEndpoint(app: FastifyInstance, parts: Readiness): void {
  app.get('/readyz', async (request, reply) => {
    const store = await parts.store.ping().then(
      () => 'reachable',
      (error: unknown) => {
        request.log.warn({ err: error }, 'not ready')
        return 'unreachable'
      },
    )
    const ready = store === 'reachable'
    if (!ready) reply.header('retry-after', '2')
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({
        status: ready ? 'ready' : 'not ready',
        store,
        providers: Object.fromEntries(
          parts.providers.all.map(({ id, state, rolesClaim }) => [
            id,
            { state, roles_claim: rolesClaim },
          ]),
        ),
        mcp: parts.mcpState(),
      })
  })
}
