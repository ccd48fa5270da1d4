/**
 * /mcp, every method: MCP Streamable HTTP for 2026-07-28 and, stateless, for the 2025 revisions. Behind the bearer gate.
 * Whatever cannot reach a method is answered as JSON-RPC; an outage met on the way is 503 with Retry-After.
 */
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bearerGate } from '../authentication/bearer.ts'
import type { Caller } from '../authentication/person.ts'
import { Outage, outageOf } from '../operations/outage.ts'
import { withFirstBytes } from './first-bytes.ts'
import {
  INTERNAL_ERROR,
  INVALID_REQUEST,
  jsonRpcError,
  PARSE_ERROR,
  UNAVAILABLE,
} from './json-rpc-error.ts'
import { askedByHeaders, type ServerFactory } from './serving.ts'

export interface McpEndpointOptions {
  /** Builds a server for each request; any server may take the school's place. */
  createServer: ServerFactory
  verify: (token: string) => Promise<Caller>
}

const BODY_LIMIT = 4 * 1024 * 1024
const BOTH_KINDS = 'application/json, text/event-stream'
/** Seconds. */
const RETRY_AFTER = '2'

export function mcpEndpoint(
  app: FastifyInstance,
  { createServer, verify }: McpEndpointOptions,
  done: () => void,
): void {
  const onerror = (error: Error) => app.log.warn({ err: error }, 'MCP request refused')
  const mcp: McpHttpHandler = createMcpHandler(
    (context) => {
      const asked = askedByHeaders(context.requestInfo?.headers)
      return createServer({ ...context, ...(asked && { asked }), notify: mcp.notify })
    },
    { legacy: 'stateless', onerror },
  )
  app.addHook('preClose', () => mcp.close())

  const handle = toNodeHandler(
    {
      async fetch(request, options) {
        const response = await withFirstBytes(await mcp.fetch(request, options))
        const { cause } = outageOf(options?.authInfo)
        if (cause === undefined) return response
        app.log.error({ err: cause }, 'answered 503')
        await response.body?.cancel()
        return Response.json(
          jsonRpcError(UNAVAILABLE, 'Temporarily unavailable, try again', options?.parsedBody),
          { status: 503, headers: { 'retry-after': RETRY_AFTER } },
        )
      },
    },
    { onerror: (error) => app.log.error({ err: error }, 'MCP request failed') },
  )

  acceptJson(app)
  app.setErrorHandler(answerAsJsonRpc)
  app.decorateRequest('caller', undefined)
  app.all(
    '/mcp',
    { onRequest: bearerGate(verify), bodyLimit: BODY_LIMIT },
    async (request, reply) => {
      if (request.caller === undefined) throw new TypeError('the gate was not passed')
      const { headers } = request
      // C54: clients send any or no Accept; the SDK insists on both kinds.
      if (headers.accept === undefined || headers.accept.includes('*/*'))
        headers.accept = BOTH_KINDS
      const { caller } = request
      const auth = { ...caller, extra: { ...caller.extra, outage: new Outage() } }
      // Node sets both on every request that a server receives.
      const raw = request.raw as typeof request.raw & { method: string; url: string }
      reply.hijack()
      await handle(Object.assign(raw, { auth }), reply.raw, request.body)
    },
  )
  done()
}

/** Fastify's own parsers answer in its own form, and refuse the empty JSON body that some clients send with DELETE. */
function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    try {
      done(null, JSON.parse(body.toString()))
    } catch (cause) {
      done(new MalformedJsonError('Parse error: the body is not JSON', { cause }))
    }
  })
  // Other kinds are left to the SDK, which answers 415.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
}

class MalformedJsonError extends Error {
  override readonly name = 'MalformedJsonError'
}

function answerAsJsonRpc(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof MalformedJsonError) {
    return reply.code(400).send(jsonRpcError(PARSE_ERROR, error.message))
  }
  const status = error.statusCode ?? 500
  if (status < 500) return reply.code(status).send(jsonRpcError(INVALID_REQUEST, error.message))
  request.log.error({ err: error }, 'MCP request failed')
  return reply.code(500).send(jsonRpcError(INTERNAL_ERROR, 'Internal error'))
}
