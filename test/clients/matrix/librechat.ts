/**
 * LibreChat: a server on the web, confidential by Basic where that is listed; it copies what the metadata supports into its
 * registration, has a colon in its state, and looks for metadata below the MCP URL when it refreshes.
 */
import { basicRaw } from './client-authentication.ts'
import type { Found, RealClient } from './real-client.ts'
import { PATH_THEN_ROOT } from './well-known.ts'

const CALLBACK = 'https://chat.example/api/mcp/battle-school/oauth/callback'
const everyScope = ({ server }: Found) => server.scopes_supported.join(' ')

export const librechat: RealClient = {
  name: 'LibreChat',
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
    headers: { accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    // C6: with the path of the MCP URL, as at each refresh.
    serverMetadata: [
      '/.well-known/oauth-authorization-server/mcp',
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration/mcp',
      '/mcp/.well-known/openid-configuration',
    ],
    insists: (t, { server }) =>
      t.ok(server.token_endpoint_auth_methods_supported.includes('client_secret_basic'), 'C9'),
  },
  ways: [
    {
      by: 'registration',
      body: (found, redirectUri) => ({
        client_name: 'LibreChat MCP Client',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: found.server.response_types_supported,
        token_endpoint_auth_method: 'client_secret_basic',
        scope: everyScope(found),
      }),
    },
  ],
  redirectUri: () => CALLBACK,
  headers: { oauth: { accept: 'application/json' } },
  state: () => '6745a1b2c3d4e5f607182930:battle-school',
  authenticate: basicRaw,
  authorization: (found) => ({ scope: everyScope(found), resource: found.resource.resource }),
  token: ({ resource }) => ({ resource: resource.resource }),
  refreshes: (found) => [{ scope: everyScope(found) }],
  protocol: {
    version: '2025-11-25',
    clientInfo: { name: '@librechat/api-client', version: '1.2.3' },
    headers: {},
    saysVersion: true,
    listens: true,
    leaves: true,
  },
}
