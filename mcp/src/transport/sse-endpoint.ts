/**
 * GET /sse: the stream of the deprecated HTTP+SSE transport (MCP 2024-11-05 Transports, "HTTP with SSE"). Its first event names
 * where to post. Behind the bearer gate. Writes a session that lives as long as the stream.
 */
import type { FastifyInstance } from 'fastify'
import { bearerGate } from '../authentication/bearer.ts'
import type { Caller } from '../authentication/person.ts'
import type { Serving } from '../serving.ts'
import { callerOf } from './caller-of.ts'
import { HttpSseStream } from './http-sse.ts'
import type { Holding } from './open-streams.ts'
import { answerRefusal } from './refused.ts'
import { acceptSubscriptions } from './remember.ts'

export interface SseEndpointOptions {
  verify: (token: string) => Promise<Caller>
  serving: Serving
  held: Holding
}

export function sseEndpoint(
  app: FastifyInstance,
  { verify, serving, held }: SseEndpointOptions,
): void {
  app.get('/sse', { onRequest: bearerGate(verify) }, async (request, reply) => {
    const caller = callerOf(request)
    reply.hijack()
    try {
      const { createServer, notify } = serving
      const server = await createServer({ era: 'legacy', authInfo: caller, notify })
      for (const method of ['resources/subscribe', 'resources/unsubscribe']) {
        acceptSubscriptions(server, method)
      }
      await new HttpSseStream(reply.raw, server, caller, held).open()
    } catch (error) {
      answerRefusal(reply.raw, error as Error, undefined, held.onError)
    }
  })
}
