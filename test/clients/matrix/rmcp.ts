/** What Goose and Codex have from rmcp, the Rust SDK: the order of its probes, and its way with scopes. */
import type { Discovery, Found } from './real-client.ts'

export function rmcpDiscovery(userAgent: Record<string, string>): Discovery {
  return {
    // Only a 401 starts a login (C1).
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
    headers: {
      ...userAgent,
      accept: 'text/event-stream, application/json',
      // C54: whatever it speaks later.
      'mcp-protocol-version': '2024-11-05',
    },
    resourceMetadata: [
      '/.well-known/oauth-protected-resource/mcp',
      '/mcp/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource',
    ],
    serverMetadata: [
      '/.well-known/oauth-authorization-server/mcp',
      '/mcp/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration/mcp',
      '/mcp/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
    ],
    insists(t, { server, challenge }, { mcpUrl }) {
      const { origin } = new URL(challenge.resource_metadata)
      t.equal(origin, new URL(mcpUrl).origin, 'C3: a pointer to another origin is dropped')
      t.ok(server.code_challenge_methods_supported.includes('S256'), 'C9: S256, if any is listed')
    },
  }
}

/** Every scope that it met, and `offline_access`, granted or not; sent at authorize and again at each refresh (C48). */
export function unionOfScopes({ challenge, resource, server }: Found): string {
  const met = [
    ...challenge.scope.split(' '),
    ...resource.scopes_supported,
    ...server.scopes_supported,
  ]
  return [...new Set([...met, 'offline_access'])].join(' ')
}
