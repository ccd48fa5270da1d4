/**
 * /mcp: MCP Streamable HTTP. 2026-07-28 goes to the SDK's handler, the 2025 revisions to their sessions. Behind the bearer
 * gate. Whatever cannot reach a method is answered as JSON-RPC; an outage met on the way is 503 with Retry-After.
 */
import type { IncomingMessage } from 'node:http'
import {
  classifyInboundRequest,
  isJsonContentType,
  type JSONRPCMessage,
} from '@modelcontextprotocol/server'
import type { FastifyInstance } from 'fastify'
import { bearerGate } from '../authentication/bearer.ts'
import type { Caller } from '../authentication/person.ts'
import { sendJson } from './answers.ts'
import { callerOf } from './caller-of.ts'
import { jsonRpcError, PARSE_ERROR, UNAVAILABLE } from './json-rpc-error.ts'
import type { createModern } from './modern.ts'
import type { PersonLimits } from './person-limits.ts'
import { answerRefusal, Refused } from './refused.ts'
import type { createSessions, SessionExchange } from './sessions.ts'

export interface McpEndpointOptions {
  verify: (token: string) => Promise<Caller>
  modern: ReturnType<typeof createModern>
  sessions: ReturnType<typeof createSessions>
  limits: PersonLimits
  onError: (error: Error) => void
}

const METHODS = 'GET, POST, DELETE'
const BOTH_KINDS = 'application/json, text/event-stream'

export function mcpEndpoint(
  app: FastifyInstance,
  { verify, modern, sessions, limits, onError }: McpEndpointOptions,
): void {
  async function answer(exchange: SessionExchange): Promise<void> {
    const { request, response, body } = exchange
    switch (request.method) {
      case 'GET':
        return sessions.get(exchange)
      case 'DELETE':
        return sessions.end(exchange)
      case 'POST': {
        const era = eraOf(request, body)
        if (era.kind === 'legacy') return sessions.post(exchange)
        if (era.kind === 'modern') return within(limits, exchange, modern)
        const { httpStatus, code, message, data } = era
        const error = { code, message, ...(data !== undefined && { data }) }
        return sendJson(response, httpStatus, { ...jsonRpcError(code, message, body), error })
      }
      default:
        return sendJson(response, 405, jsonRpcError(UNAVAILABLE, 'Method not allowed'), {
          allow: METHODS,
        })
    }
  }

  app.all('/mcp', { onRequest: bearerGate(verify) }, async (request, reply) => {
    const { headers } = request
    // C54: clients send any or no Accept; the SDK insists on both kinds.
    if (request.method === 'POST' && (!headers.accept || headers.accept.includes('*/*'))) {
      headers.accept = BOTH_KINDS
    }
    const exchange = {
      request: request.raw,
      response: reply.raw,
      caller: callerOf(request),
      body: request.body,
    }
    reply.hijack()
    await answer(exchange).catch((error: Error) =>
      answerRefusal(reply.raw, error, request.body, onError),
    )
  })
}

/** @throws Refused 429 */
async function within(
  limits: PersonLimits,
  { request, response, caller, body }: SessionExchange,
  modern: McpEndpointOptions['modern'],
): Promise<void> {
  const person = caller.extra.person.id
  // What is no message is refused by the handler.
  const message = (typeof body === 'object' && body !== null ? body : {}) as JSONRPCMessage
  const { id, method } = message as { id?: unknown; method?: unknown }
  limits.countCompletions(person, [message])
  const onOver =
    method === 'subscriptions/listen'
      ? limits.beginStream(person, { end: () => response.destroy() })
      : limits.beginCalls(person, id === undefined ? 0 : 1)
  try {
    await modern.handle(request, response, caller, body)
  } finally {
    onOver()
  }
}

/** @throws Refused */
function eraOf({ headers }: IncomingMessage, body: unknown) {
  if (!isJsonContentType(headers['content-type'] ?? null)) {
    throw new Refused(415, UNAVAILABLE, 'Content-Type must be application/json')
  }
  if (body === undefined) throw new Refused(400, PARSE_ERROR, 'Parse error: the body is empty')
  const header = (name: string) => headers[name] as string | undefined
  const version = header('mcp-protocol-version')
  // The SDK's handler looks at each message itself.
  if (version === MODERN) return { kind: 'modern' } as const
  const isOlder = version === undefined || version < MODERN
  if (isOlder && isPlainRequest(body)) return { kind: 'legacy' } as const
  const method = header('mcp-method')
  const name = header('mcp-name')
  return classifyInboundRequest({
    httpMethod: 'POST',
    ...(version !== undefined && { protocolVersionHeader: version }),
    ...(method !== undefined && { mcpMethodHeader: method }),
    ...(name !== undefined && { mcpNameHeader: name }),
    body,
  })
}

const MODERN = '2026-07-28'

/** A JSON-RPC request without `_meta`, by which the 2026-07-28 ones are known; most are, and need no schema to be seen. */
function isPlainRequest(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  const { jsonrpc, id, method, params = {}, ...others } = body as Record<string, unknown>
  const isRequest =
    Object.keys(others).length === 0 &&
    !Array.isArray(params) &&
    jsonrpc === '2.0' &&
    typeof method === 'string' &&
    (typeof id === 'string' || (Number.isSafeInteger(id) && typeof id === 'number'))
  return isRequest && typeof params === 'object' && params !== null && !('_meta' in params)
}
