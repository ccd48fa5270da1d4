/** MCP on the wire as a client of 2025 speaks it: one POST, whose answer is JSON or a stream of one message. */

export interface RpcAnswer {
  status: number
  id?: unknown
  result?: { structuredContent?: Record<string, unknown>; [member: string]: unknown }
  headers: Headers
}

/**
 * One JSON-RPC request as a client of 2025 sends it.
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

export function callTool(
  mcpUrl: URL | string,
  token: string,
  name = 'get_student_info',
  id: string | number = 1,
  headers: Record<string, string> = {},
): Promise<RpcAnswer> {
  return rpc(mcpUrl, token, 'tools/call', { name, arguments: {} }, id, headers)
}
