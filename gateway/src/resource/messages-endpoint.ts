/**
 * POST /messages?sessionId=…: what a client of the deprecated HTTP+SSE transport says (MCP 2024-11-05, "HTTP with SSE"), behind
 * the same guard as /mcp. The answer comes on its stream (sse-endpoint.ts).
 *
 * Of the query the session's id alone goes inward, once and of a shape that needs no encoding, else 400; whatever is beside it
 * stays here. Whose session it is, mcp decides: the assertion says who posts.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OAuthError } from '../oauth/error.ts'
import { guard } from './guard.ts'
import type { HttpSsePaths } from './mcp-upstream.ts'
import type { ResourceRoom } from './room.ts'

/** A UUID as the SDK makes it, and what other servers may take instead. */
const SESSION_ID = /^[\w-]{1,128}$/

export function messagesEndpoint(
  app: FastifyInstance,
  room: ResourceRoom,
  paths: HttpSsePaths,
): void {
  const inward = (request: FastifyRequest) => paths.messages(sessionIdOf(request))
  app.all('/messages', guard(room, { methods: ['POST'], inward }))
}

/** @throws OAuthError where there is not exactly one */
function sessionIdOf(request: FastifyRequest): string {
  const { sessionId } = request.query as Record<string, unknown>
  if (typeof sessionId === 'string' && SESSION_ID.test(sessionId)) return sessionId
  throw new OAuthError('invalid_request', 'one sessionId is needed, as the stream named it')
}
