/** The part behind the door: connections to the MCP server, and what the last contact showed. */
import { type Dispatcher, Pool } from 'undici'

export interface McpUpstream {
  /** Path and query of the endpoint. */
  readonly path: string
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void
  /** What the last exchange showed; never asks. */
  state: 'unknown' | 'reachable' | 'unreachable'
  close(): Promise<void>
}

/** Milliseconds. */
const CONNECT_TIMEOUT = 5000
// Less than the 5 s of a plain Node server, so that a request seldom meets a connection that is being closed.
const KEEP_ALIVE = 4000

/** @param endpoint MCP_UPSTREAM_URL; its query goes along, a client's does not */
export function createMcpUpstream(endpoint: string): McpUpstream {
  const { origin, pathname, search } = new URL(endpoint)
  // No cap on connections: it would be a cap on open streams. No time-outs: a tool may take 300 s (C56) and a stream may be
  // silent for hours; whoever waits decides how long.
  const options = {
    connections: null,
    pipelining: 1,
    connectTimeout: CONNECT_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE,
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  // Streams that are held open get connections of their own: a pool looks for a free one from the first on.
  const calls = new Pool(origin, options)
  const streams = new Pool(origin, options)
  return {
    state: 'unknown',
    path: `${pathname}${search}`,
    dispatch(request, handler) {
      const pool = request.method === 'GET' ? streams : calls
      pool.dispatch(request, handler)
    },
    async close() {
      await Promise.all([calls.destroy(), streams.destroy()])
    },
  }
}
