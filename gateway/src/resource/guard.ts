/**
 * The guard of every way to mcp (RFC 6750, RFC 9728, MCP 2026-07-28 "Authorization").
 *
 * In this order: a preflight is answered; no valid token is 401 with the challenge, before body, routing or Origin (C1);
 * two Authorization headers are 400; a page that is not admitted is 403; then mcp answers. Reads one token from the store
 * where the cache does not know it; of a token that is bound to a key, writes the proof as spent (RFC 9449).
 */
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import { originCors, originPreflight } from '../http/cors.ts'
import { OAuthError } from '../oauth/error.ts'
import type { Access } from './bearer.ts'
import { Exchange } from './exchange.ts'
import { sendChallenge } from './hijacked-answer.ts'
import type { ResourceRoom } from './room.ts'

/** Milliseconds from a call's beginning in which it may be answered, though its token ends before (C56). */
const ANSWER_LIMIT = 300_000

export interface Way {
  methods: readonly string[]
  /**
   * Path and query at mcp.
   * @throws OAuthError for a query that cannot go inward
   */
  inward(request: FastifyRequest): string
}

interface Guarded {
  onRequest(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void
  handler(request: FastifyRequest, reply: FastifyReply): FastifyReply
}

/** For a route of every method. */
export function guard(room: ResourceRoom, way: Way): Guarded {
  const allow = [...way.methods, 'OPTIONS'].join(', ')
  return {
    // What is forwarded is taken over here, before Fastify looks at the body: it is mcp's.
    onRequest: (request, reply, done) => admit(room, way, request, reply, done),
    handler: (request, reply) => answerHere(way, request, reply.header('allow', allow)),
  }
}

// Callbacks, not promises: a call whose token is known is on its way to mcp in the tick in which it came.
function admit(
  room: ResourceRoom,
  way: Way,
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  const { bearer, admits } = room
  const { origin } = request.headers
  const admitted = origin === undefined || admits(origin)
  reply.headers(originCors(admitted ? origin : undefined))
  if (request.method === 'OPTIONS') {
    done()
    return
  }
  const enter = (access: Access) => {
    if (!admitted) throw new OAuthError('access_denied', 'this origin is not admitted')
    if (way.methods.includes(request.method)) forward(room, way, request, reply, access)
    else done()
  }
  // What is thrown here reaches the room's error handler.
  const token = bearer.present(request.raw.rawHeaders)
  const known = bearer.known(token)
  if (known === undefined) bearer.validate(token, request).then(enter).catch(done)
  else enter(known)
}

/** What mcp has no part in: preflights, and methods that MCP has not. */
function answerHere(
  { methods }: Way,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (method !== 'OPTIONS') {
    throw new OAuthError('invalid_request', `MCP has ${methods.join(', ')} here`, { status: 405 })
  }
  const origin = reply.getHeader('access-control-allow-origin')
  const asked = headers['access-control-request-headers']
  if (typeof origin === 'string') reply.headers(originPreflight(origin, methods, asked))
  return reply.code(204).send()
}

/** MCP 2024-11-05 and 2025: GET. MCP 2026-07-28: subscriptions/listen, whose header has to equal its body. */
function isHeldOpen({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' || headers['mcp-method'] === 'subscriptions/listen'
}

function forward(
  room: ResourceRoom,
  way: Way,
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
): void {
  const { streams, mcp, inwardHeaders, log, now } = room
  const { raw } = request
  const challenges = room.challenges[access.jkt === undefined ? 'Bearer' : 'DPoP']
  // The client left while its token was read: its close came already, and would never come again.
  if (raw.socket.destroyed) {
    reply.hijack()
    return
  }
  const path = way.inward(request)
  const ours: string[] = []
  const headers = reply.getHeaders()
  for (const name in headers) ours.push(name, String(headers[name]))
  const heldOpen = isHeldOpen(raw)
  const { expiresAt } = access
  const exchange = new Exchange({
    request: raw,
    response: reply.raw,
    upstream: mcp,
    path,
    ...inwardHeaders(raw.rawHeaders, access.authorization),
    ours,
    // The answer to a call may outlive its token for a while; a stream that is held open may not.
    heldOpen,
    endsAt: heldOpen ? expiresAt : Math.max(expiresAt, now() + ANSWER_LIMIT),
    insufficientScope: (theirs) => challenges.insufficientScope(theirs, access.scopes),
    refuse: (response) => sendChallenge(response, challenges.invalidToken(), ours),
    onFailure: ({ status, detail }) =>
      log.error({ reqId: request.id, status, detail }, 'mcp could not answer'),
    onEnd: (stream) => streams.release(access.grantId, stream),
  })
  if (!streams.hold(access.grantId, exchange)) throw challenges.invalidToken()
  reply.hijack()
  exchange.start()
}
