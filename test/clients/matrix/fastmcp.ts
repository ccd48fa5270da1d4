/**
 * FastMCP, on the Python SDK: names no authentication method and an empty scope, opens the authorization URL itself before the
 * browser does, and after a restart refreshes at the origin’s /token.
 */
import { inBody } from './client-authentication.ts'
import { pythonDiscovery, pythonSdk } from './python-sdk.ts'
import type { RealClient } from './real-client.ts'

export const fastmcp: RealClient = {
  ...pythonSdk,
  name: 'FastMCP',
  discovery: {
    ...pythonDiscovery,
    insists: (t, { server }, { origin }) => {
      t.equal(server.token_endpoint, `${origin}/token`, 'C11: where it posts after a restart')
    },
  },
  ways: [
    {
      by: 'registration',
      body: (_found, redirectUri) => ({
        client_name: 'FastMCP Client',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        application_type: 'native',
        scope: '',
      }),
      // It sends a secret only if the answer names a method that uses one.
      insists: (t, answer) =>
        t.equal(answer.token_endpoint_auth_method, 'none', 'C17: chosen here, and said'),
    },
    {
      by: 'document',
      path: 'fastmcp.example/oauth/client.json',
      document: () => ({
        client_name: 'FastMCP Client',
        redirect_uris: ['http://localhost/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      }),
    },
  ],
  looksFirst: true,
  authenticate: inBody,
  refreshesAtOrigin: true,
  refreshes: () => [{}],
}
