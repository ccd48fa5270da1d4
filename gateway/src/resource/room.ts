/** What the files of this room need, made once in its index: for /mcp, and for the HTTP+SSE transport, which differs in its challenges. */
import type { FastifyBaseLogger } from 'fastify'
import type { Bearer } from './bearer.ts'
import type { Challenges, Scheme } from './challenge.ts'
import type { createInwardHeaders } from './inward-headers.ts'
import type { McpUpstream } from './mcp-upstream.ts'
import type { OpenStreams } from './open-streams.ts'

export interface ResourceRoom {
  bearer: Bearer
  challenges: Record<Scheme, Challenges>
  streams: OpenStreams
  mcp: McpUpstream
  admits: (origin: string) => boolean
  inwardHeaders: ReturnType<typeof createInwardHeaders>
  log: FastifyBaseLogger
  /** Milliseconds since the epoch. */
  now: () => number
}
