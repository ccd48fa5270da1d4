/** How a server is made for one request, and what it is told of that request. */
import type { McpRequestContext, McpServer, ServerNotifier } from '@modelcontextprotocol/server'

/** What one request asks for, known before the server is made: only this has to be in the server. */
export interface Asked {
  method: string
  /** `params.name` or `params.uri`, where the method has one. */
  name?: string
}

export interface ServingContext extends McpRequestContext {
  /** Absent where one server serves several requests: then it must have everything. */
  asked?: Asked
  /** Tells every client that listens, at every replica and in every revision. */
  notify: ServerNotifier
}

/** Makes a new server for each request. A McpServerFactory of the SDK will do. */
export type ServerFactory = (context: ServingContext) => McpServer | Promise<McpServer>

/** What whoever makes a server needs. */
export interface Serving {
  createServer: ServerFactory
  notify: ServerNotifier
}

/** From the headers of a 2026-07-28 request, which the SDK has compared with its body before it asks for a server. */
export function askedByHeaders(headers: Headers | undefined): Asked | undefined {
  const method = headers?.get('mcp-method')
  if (!method) return undefined
  const name = headers?.get('mcp-name')
  // Names that do not fit a header come encoded; whoever needs them reads the body.
  if (name?.startsWith('=?')) return undefined
  return name ? { method, name } : { method }
}
