/**
 * /mcp for 2026-07-28, by the SDK's handler: each request stands for itself. An outage that a server met on the way is 503 with
 * Retry-After, as long as nothing has left.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import {
  createMcpHandler,
  type ServerEventBus,
  type ServerNotifier,
} from '@modelcontextprotocol/server'
import type { Caller } from '../authentication/person.ts'
import { outageOf } from '../operations/outage.ts'
import { withFirstBytes } from './first-bytes.ts'
import { jsonRpcError, UNAVAILABLE } from './json-rpc-error.ts'
import { KEEP_ALIVE } from './open-streams.ts'
import { askedByHeaders, type ServerFactory } from './serving.ts'

export interface ModernOptions {
  createServer: ServerFactory
  /** Carries changes between replicas. */
  bus: ServerEventBus
  onError: (error: Error) => void
  /** Told of requests that the SDK refuses. */
  onRefused: (error: Error) => void
}

/** Of one process; the SDK's own limit is too low for people who each keep one open. */
const MAX_SUBSCRIPTIONS = 20_000
/** Seconds. */
const RETRY_AFTER = '2'

export function createModern({ createServer, bus, onError, onRefused }: ModernOptions) {
  const handler = createMcpHandler(
    (context) => {
      const asked = askedByHeaders(context.requestInfo?.headers)
      return createServer({ ...context, ...(asked && { asked }), notify })
    },
    {
      legacy: 'reject',
      bus,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      keepAliveMs: KEEP_ALIVE,
      onerror: onRefused,
    },
  )
  const notify: ServerNotifier = handler.notify

  const handle = toNodeHandler(
    {
      async fetch(request, options) {
        const response = await withFirstBytes(await handler.fetch(request, options))
        const { cause } = outageOf(options?.authInfo)
        if (cause === undefined) return response
        onError(cause)
        await response.body?.cancel()
        return Response.json(
          jsonRpcError(UNAVAILABLE, 'Temporarily unavailable, try again', options?.parsedBody),
          { status: 503, headers: { 'retry-after': RETRY_AFTER } },
        )
      },
    },
    { onerror: onError },
  )

  return {
    notify,
    close: () => handler.close(),
    /** @param caller with an Outage of its own */
    async handle(
      request: IncomingMessage,
      response: ServerResponse,
      caller: Caller,
      body: unknown,
    ): Promise<void> {
      // Node sets both on every request that a server receives.
      const raw = request as IncomingMessage & { method: string; url: string }
      await handle(Object.assign(raw, { auth: caller }), response, body)
    },
  }
}
