/**
 * /mcp for 2026-07-28, by the SDK's handler: each request stands for itself. An outage that a server met on the way is 503 with
 * Retry-After, as long as nothing has left.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createMcpHandler, type ServerNotifier } from '@modelcontextprotocol/server'
import type { Caller } from '../authentication/person.ts'
import { outageOf } from '../operations/outage.ts'
import type { EventFeed } from '../replicas/event-feed.ts'
import { askedByHeaders, type ServerFactory } from '../serving.ts'
import { sendText, sendUnavailable } from './answers.ts'
import { Departure } from './departure.ts'
import { answerDirectly } from './direct-answer.ts'
import { KEEP_ALIVE } from './open-streams.ts'
import { sendResponse } from './send-response.ts'
import { ParsedRequest } from './web-request.ts'

export interface ModernOptions {
  createServer: ServerFactory
  /** Carries changes between replicas. */
  bus: EventFeed
  onError: (error: Error) => void
  /** Told of requests that the SDK refuses. */
  onRefused: (error: Error) => void
}

/** Of one process; the SDK's own limit is too low for people who each keep one open. */
const MAX_SUBSCRIPTIONS = 20_000

export function createModern({ createServer, bus, onError, onRefused }: ModernOptions) {
  const handler = createMcpHandler(
    async (context) => {
      const exchange = context.requestInfo as unknown as ModernExchange
      const asked = askedByHeaders(context.requestInfo?.headers)
      const requestInfo = exchange.whole as unknown as Request
      const server = await createServer({
        ...context,
        requestInfo,
        ...(asked && { asked }),
        notify,
      })
      answerDirectly(server, requestInfo, exchange.answer)
      return server
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
    /**
     * @param caller with an Outage of its own
     * @throws StoreUnavailableError where nothing was answered
     */
    async handle(
      incoming: IncomingMessage,
      response: ServerResponse,
      caller: Caller,
      body: unknown,
    ): Promise<void> {
      // From a place that is not known yet, who is told that they listen would miss what others say first.
      if (incoming.headers['mcp-method'] === 'subscriptions/listen') await bus.newest()
      const outage = outageOf(caller)
      const refused = () => {
        if (outage.cause === undefined) return false
        onError(outage.cause)
        sendUnavailable(response, body)
        return true
      }
      return new Promise((resolve, reject) => {
        const request = new ModernExchange(incoming, response, (json) => {
          if (!refused() && !response.destroyed) sendText(response, 200, json)
          resolve()
        })
        handler
          .fetch(request as unknown as Request, { authInfo: caller, parsedBody: body })
          // Who leaves an answer that was not read yet makes the handler answer too, and late.
          .then(async (late) => {
            if (!response.headersSent) await sendResponse(response, late, refused)
          })
          .then(resolve, reject)
      })
    },
  }
}

/** The request as the SDK's handler gets it. */
class ModernExchange extends ParsedRequest {
  /** As servers see it. */
  readonly whole: ParsedRequest
  readonly answer: (json: string) => void
  readonly #departure: Departure

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (json: string) => void,
    departure = new Departure(response),
  ) {
    super(request, departure)
    this.whole = new ParsedRequest(request, departure)
    this.answer = answer
    this.#departure = departure
  }

  /** The handler only listens. */
  override get signal(): AbortSignal {
    return this.#departure as unknown as AbortSignal
  }
}
