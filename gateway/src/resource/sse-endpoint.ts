/**
 * GET /sse and /sse/: the stream of the deprecated HTTP+SSE transport (MCP 2024-11-05, "HTTP with SSE"), behind the same guard
 * as /mcp. It is held open, and ends with its token or its grant. A client's query stays here.
 *
 * The first event names where to post. It passes unread, so mcp has to say `/messages?sessionId=…`, which a client resolves
 * against our origin. POST is 405: so a client that tries Streamable HTTP first falls back to this transport (MCP
 * 2025-11-25, "Backwards Compatibility").
 */
import type { FastifyInstance } from 'fastify'
import { guard } from './guard.ts'
import type { HttpSsePaths } from './mcp-upstream.ts'
import type { ResourceRoom } from './room.ts'

export function sseEndpoint(app: FastifyInstance, room: ResourceRoom, paths: HttpSsePaths): void {
  const guarded = guard(room, { methods: ['GET'], inward: () => paths.stream })
  for (const url of ['/sse', '/sse/']) app.all(url, guarded)
}
