/** A request of 2026-07-28 as it is on the wire: the standard headers beside the body (MCP 2026-07-28, Transports). */

export type Params = Record<string, unknown> & { name?: string; uri?: string }

export function modernRequest(
  method: string,
  params: Params = {},
  token?: string,
  id: string | number = 1,
) {
  const name = params.name ?? params.uri
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name !== undefined && { 'mcp-name': name }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  }
}
