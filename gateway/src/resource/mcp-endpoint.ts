/**
 * /mcp and /mcp/, every method: the guarded door of Streamable HTTP (RFC 6750, RFC 9728, MCP 2026-07-28 "Authorization"). What
 * it reads, writes and answers is the guard's (guard.ts). A client's query stays here: the resource is one URL, and a token
 * may hide in a query.
 */
import type { FastifyInstance } from 'fastify'
import { guard } from './guard.ts'
import type { ResourceRoom } from './room.ts'

// MCP Streamable HTTP has these. TRACE would show our assertion to the client, HEAD would open a stream that nobody reads.
const METHODS = ['GET', 'POST', 'DELETE']

export function mcpEndpoint(app: FastifyInstance, room: ResourceRoom): void {
  const { path } = room.mcp
  const guarded = guard(room, { methods: METHODS, inward: () => path })
  for (const url of ['/mcp', '/mcp/']) app.all(url, guarded)
}
