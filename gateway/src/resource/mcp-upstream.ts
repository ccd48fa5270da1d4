/** The part behind the door: connections to the MCP server, and what the last contact showed. */
import { type Dispatcher, Pool } from 'undici'

export interface McpUpstream {
  /** Path and query of the endpoint. */
  readonly path: string
  /** The HTTP+SSE transport beside it; undefined where the endpoint is not called `/mcp`, so that nothing says where it is. */
  readonly httpSse: HttpSsePaths | undefined
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void
  /** What the last exchange showed; never asks. */
  state: 'unknown' | 'reachable' | 'unreachable'
  close(): Promise<void>
}

/** Paths and queries of MCP 2024-11-05, "HTTP with SSE". */
export interface HttpSsePaths {
  readonly stream: string
  /** @param sessionId needs no encoding */
  messages(sessionId: string): string
}

/** Milliseconds. */
const CONNECT_TIMEOUT = 5000
// Less than the 5 s of a plain Node server, so that a request seldom meets a connection that is being closed.
const KEEP_ALIVE = 4000

/** @param endpoint MCP_UPSTREAM_URL; its query goes along, a client's does not */
export function createMcpUpstream(endpoint: string): McpUpstream {
  const { origin, pathname, search } = new URL(endpoint)
  // No cap on connections: it would be a cap on open streams. No time-outs: a tool may take 300 s (C56) and a stream may be
  // silent for hours; how long is decided where what is under way is held (open-streams.ts).
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
    httpSse: httpSseBeside(pathname, search),
    dispatch(request, handler) {
      const pool = request.method === 'GET' ? streams : calls
      pool.dispatch(request, handler)
    },
    async close() {
      await Promise.all([calls.destroy(), streams.destroy()])
    },
  }
}

function httpSseBeside(pathname: string, search: string): HttpSsePaths | undefined {
  const parent = /^(.*)\/mcp\/?$/.exec(pathname)?.[1]
  if (parent === undefined) return undefined
  const messages = `${parent}/messages${search === '' ? '?' : `${search}&`}sessionId=`
  return { stream: `${parent}/sse${search}`, messages: (sessionId) => messages + sessionId }
}
