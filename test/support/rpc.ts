/** MCP on the wire: one POST, whose answer is JSON or a stream of one message. */

export interface RpcAnswer {
  status: number
  id?: unknown
  result?: { structuredContent?: Record<string, unknown>; [member: string]: unknown }
  headers: Headers
}

/**
 * One JSON-RPC request as a client of 2025 sends it; after `initialize` the headers have to name the session.
 * @param headers what this client sends besides, or in another way
 */
export async function rpc(
  mcpUrl: URL | string,
  token: string,
  method: string,
  params: Record<string, unknown> = {},
  id: string | number = 1,
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  const response = await fetch(mcpUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
  })
  const text = await response.text()
  const message = /^data: (.*)$/m.exec(text)?.[1] ?? text
  return {
    status: response.status,
    headers: response.headers,
    ...(response.ok ? (JSON.parse(message) as Partial<RpcAnswer>) : {}),
  }
}

/** One request of 2026-07-28: it needs no session, and says revision, method and name in its headers. */
export function modernRpc(
  mcpUrl: URL | string,
  token: string,
  method: string,
  params: Record<string, unknown> = {},
  id: string | number = 1,
  headers: Record<string, string> = {},
  clientInfo = CLIENT,
): Promise<RpcAnswer> {
  const { params: said, headers: named } = asModern(method, params, clientInfo)
  return rpc(mcpUrl, token, method, said, id, { ...headers, ...named })
}

/** What a request of 2026-07-28 says besides, in its params and in its headers. */
export function asModern(
  method: string,
  params: Record<string, unknown>,
  clientInfo = CLIENT,
): { params: Record<string, unknown>; headers: Record<string, string> } {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const headers = {
    'mcp-protocol-version': MODERN,
    'mcp-method': method,
    ...(typeof params.name === 'string' ? { 'mcp-name': params.name } : {}),
  }
  return { params: { ...params, _meta: meta }, headers }
}

const CLIENT = { name: 'test', version: '1' }
const MODERN = '2026-07-28'

export function callTool(
  mcpUrl: URL | string,
  token: string,
  name = 'get_student_info',
  id: string | number = 1,
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  return modernRpc(mcpUrl, token, 'tools/call', { name, arguments: {} }, id, headers)
}
