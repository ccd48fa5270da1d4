/** Goose, on rmcp: its document, else it registers; it refreshes at every start, with scopes that it was never granted. */
import { randomBytes } from 'node:crypto'
import { freePort } from '../../support/ports.ts'
import { basicRaw } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { rmcpDiscovery, unionOfScopes } from './rmcp.ts'

const USER_AGENT = { 'user-agent': 'goose/1.41.0' }
const port = await freePort()

export const goose: RealClient = {
  name: 'Goose',
  discovery: rmcpDiscovery(USER_AGENT),
  ways: [
    {
      by: 'registration',
      body: (_found, redirectUri) => ({
        client_name: 'goose',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      }),
    },
    {
      by: 'document',
      path: 'goose-docs.ai/oauth/client-metadata.json',
      document: () => ({
        client_name: 'goose',
        redirect_uris: ['http://127.0.0.1/oauth_callback', 'http://[::1]/oauth_callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        // Of no meaning in a client's metadata; it is there.
        code_challenge_methods_supported: ['S256'],
      }),
    },
  ],
  redirectUri: () => `http://127.0.0.1:${port}/oauth_callback`,
  headers: { oauth: USER_AGENT },
  state: () => randomBytes(16).toString('base64url'),
  authenticate: basicRaw,
  authorization: (found, { mcpUrl }) => ({ scope: unionOfScopes(found), resource: mcpUrl }),
  token: (_found, { mcpUrl }) => ({ resource: mcpUrl }),
  refreshes: (found, { mcpUrl }) => [{ scope: unionOfScopes(found), resource: mcpUrl }],
  protocol: {
    version: '2025-03-26',
    clientInfo: { name: 'goose', version: '1.41.0' },
    headers: { ...USER_AGENT, accept: 'text/event-stream, application/json' },
    saysVersion: true,
    listens: true,
    leaves: true,
  },
}
