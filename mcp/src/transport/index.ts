/** The room that a client meets: MCP in every revision, on what a server factory makes. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../authentication/person.ts'
import type { OutageLog } from '../operations/outage-log.ts'
import type { Bus } from '../replicas/bus.ts'
import type { EventFeed } from '../replicas/event-feed.ts'
import type { ServerFactory } from '../serving.ts'
import { SessionReaders } from '../sessions/session-readers.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import { originGate } from './admitted-origin.ts'
import { INTERNAL_ERROR, INVALID_REQUEST, jsonRpcError, PARSE_ERROR } from './json-rpc-error.ts'
import { mcpEndpoint } from './mcp-endpoint.ts'
import { messagesEndpoint } from './messages-endpoint.ts'
import { createModern } from './modern.ts'
import { OpenStreams } from './open-streams.ts'
import { PersonLimits } from './person-limits.ts'
import { createSessions } from './sessions.ts'
import { sseEndpoint } from './sse-endpoint.ts'

export interface TransportOptions {
  /** Builds a server for each request; any server may take the school's place. */
  createServer: ServerFactory
  verify: (token: string) => Promise<Caller>
  sessions: SessionStore
  bus: Bus
  feed: EventFeed
  /** Milliseconds of a session's life. */
  lifetime: number
  /** Of one person in this process: requests and streams at a time, completions a minute. */
  perPerson: { calls: number; streams: number; completions: number }
  outages: OutageLog
  /** That we listen on. */
  host: string
  publicUrl: URL
  now: () => number
}

const BODY_LIMIT = 4 * 1024 * 1024

export function transport(app: FastifyInstance, options: TransportOptions, done: () => void): void {
  const { createServer, verify, sessions, bus, feed, lifetime, outages, now } = options
  const onError = outages.reporter('MCP request failed')
  const onRefused = (error: Error) => app.log.warn({ err: error }, 'MCP request refused')
  const streams = new OpenStreams(now)
  const modern = createModern({ createServer, bus: feed, onError, onRefused })
  const { notify } = modern
  const serving = { createServer, notify }
  const readers = new SessionReaders({ sessions, bus, onError })
  const limits = new PersonLimits({ ...options.perPerson, now })
  const held = { sessions, readers, bus, feed, streams, limits, lifetime, now, onError }
  app.addHook('preClose', async () => {
    await Promise.all([modern.close(), streams.close()])
  })
  app.addHook('onRoute', (route) => {
    route.bodyLimit = BODY_LIMIT
  })
  app.addHook('onRequest', originGate(options.host, options.publicUrl))
  acceptJson(app)
  app.setErrorHandler(answerAsJsonRpc)
  app.decorateRequest('caller', undefined)
  const legacy = createSessions({ ...serving, ...held })
  mcpEndpoint(app, { verify, modern, sessions: legacy, limits, onError })
  sseEndpoint(app, { verify, serving, held })
  messagesEndpoint(app, { verify, serving, sessions, bus, limits, onError })
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
  // Other kinds are refused by who reads the body.
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
