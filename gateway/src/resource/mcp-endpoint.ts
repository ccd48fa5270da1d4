/**
 * /mcp and /mcp/, every method: the guarded door (RFC 6750, RFC 9728, MCP 2026-07-28 "Authorization").
 *
 * In this order: a preflight is answered; no valid token is 401 with the challenge, before body, routing or Origin (C1);
 * two Authorization headers are 400; a page that is not admitted is 403; then mcp answers. Reads one token from the store
 * where the cache does not know it. A client's query stays here: the resource is one URL, and a token may hide in a query.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { originCors, originPreflight } from '../cors.ts'
import { OAuthError } from '../oauth/error.ts'
import type { Access } from './bearer.ts'
import { Exchange } from './exchange.ts'
import { sendChallenge } from './hijacked-answer.ts'
import type { ResourceRoom } from './room.ts'

declare module 'fastify' {
  interface FastifyRequest {
    access: Access | undefined
  }
}

// MCP Streamable HTTP has these. TRACE would show our assertion to the client, HEAD would open a stream that nobody reads.
const METHODS = ['GET', 'POST', 'DELETE']
const ALLOW = [...METHODS, 'OPTIONS'].join(', ')

export function mcpEndpoint(app: FastifyInstance, room: ResourceRoom): void {
  app.decorateRequest('access', undefined)
  for (const url of ['/mcp', '/mcp/']) {
    app.all(url, { onRequest: (request, reply) => admit(room, request, reply) }, (request, reply) =>
      answer(room, request, reply),
    )
  }
}

async function admit(
  { bearer, admits }: ResourceRoom,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { origin } = request.headers
  const admitted = origin === undefined || admits(origin)
  reply.headers(originCors(admitted ? origin : undefined))
  if (request.method === 'OPTIONS') return
  const token = bearer.present(request.raw.rawHeaders)
  request.access = bearer.known(token) ?? (await bearer.validate(token))
  if (!admitted) throw new OAuthError('access_denied', 'this origin is not admitted')
}

function answer(room: ResourceRoom, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { method, access, headers } = request
  if (method === 'OPTIONS') {
    const asked = headers['access-control-request-headers']
    const origin = reply.getHeader('access-control-allow-origin')
    return reply
      .code(204)
      .header('allow', ALLOW)
      .headers(typeof origin === 'string' ? originPreflight(origin, METHODS, asked) : {})
      .send()
  }
  if (!METHODS.includes(method)) {
    reply.header('allow', ALLOW)
    throw new OAuthError('invalid_request', `MCP has ${METHODS.join(', ')}`, { status: 405 })
  }
  if (access === undefined) throw room.challenges.tokenNeeded()
  return forward(room, request, reply, access)
}

function forward(
  room: ResourceRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
): FastifyReply {
  const { streams, mcp, challenges, inwardHeaders, log } = room
  const { raw } = request
  const ours = Object.entries(reply.getHeaders()).flat().map(String)
  const exchange = new Exchange({
    request: raw,
    response: reply.raw,
    upstream: mcp,
    ...inwardHeaders(raw.rawHeaders, access.authorization),
    ours,
    // The answer to a call may outlive its token; a stream that is held open may not.
    endsAt: request.method === 'GET' ? access.expiresAt : Number.POSITIVE_INFINITY,
    insufficientScope: challenges.insufficientScope,
    refuse: (response) => sendChallenge(response, challenges.invalidToken(), ours),
    onFailure: ({ status, detail }) =>
      log.error({ reqId: request.id, status, detail }, 'mcp could not answer'),
    onEnd: (stream) => streams.release(access.grantId, stream),
  })
  if (!streams.hold(access.grantId, exchange)) throw challenges.invalidToken()
  reply.hijack()
  exchange.start()
  return reply
}
