/** `server/discover` of MCP 2026-07-28: answered, or refused at once as JSON-RPC, so that the client falls back (C55). */
import type { Test } from 'tap'

const VERSION = '2026-07-28'

export async function discoverModern(
  t: Test,
  mcpUrl: string,
  token: string,
  headers: Record<string, string>,
): Promise<void> {
  const response = await fetch(mcpUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': 'server/discover',
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 'discover-1',
      method: 'server/discover',
      params: {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': VERSION,
          'io.modelcontextprotocol/clientInfo': { name: 'openai-mcp', version: '1.0.0' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  })
  const text = await response.text()
  t.equal(response.status, 200)
  const message = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as Record<string, unknown>
  t.match(message, { jsonrpc: '2.0', id: 'discover-1', result: { supportedVersions: [VERSION] } })
}
