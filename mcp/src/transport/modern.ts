/**
 * /mcp for 2026-07-28, by the SDK's handler: each request stands for itself. An outage that a server met on the way is 503 with
 * Retry-After, as long as nothing has left.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createMcpHandler,
  type ServerEventBus,
  type ServerNotifier,
} from '@modelcontextprotocol/server'
import type { Caller } from '../authentication/person.ts'
import { outageOf } from '../operations/outage.ts'
import { askedByHeaders, type ServerFactory } from '../serving.ts'
import { sendUnavailable } from './answers.ts'
import { KEEP_ALIVE } from './open-streams.ts'
import { sendResponse } from './send-response.ts'
import { webRequest } from './web-request.ts'

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
      const outage = outageOf(caller)
      const options = { authInfo: caller, parsedBody: body }
      const answer = await handler.fetch(webRequest(request, response), options)
      await sendResponse(response, answer, () => {
        if (outage.cause === undefined) return false
        onError(outage.cause)
        sendUnavailable(response, body)
        return true
      })
    },
  }
}
