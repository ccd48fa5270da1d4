/** Cursor: three redirect URIs in one registration, one of a scheme of its own. What it sends at /token nobody has read. */
import { randomUUID } from 'node:crypto'
import { inBody } from './client-authentication.ts'
import type { Found, RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

export const CURSOR_SCHEME = 'cursor://anysphere.cursor-mcp/oauth/callback'
const LOOPBACK = 'http://localhost:8787/callback'
const CLOUD = 'https://www.cursor.com/agents/mcp/oauth/callback'

const body = (_found: Found) => ({
  client_name: 'Cursor',
  redirect_uris: [CURSOR_SCHEME, CLOUD, LOOPBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
})

export const cursor: RealClient = {
  name: 'Cursor',
  assumed: true,
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
    headers: { accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
  },
  ways: [
    { by: 'registration', body },
    { by: 'registration', what: 'in the cloud', body, redirectUri: CLOUD },
    { by: 'registration', what: 'older', body, redirectUri: CURSOR_SCHEME },
    // It calls itself a web application and brings loopback all the same.
    {
      by: 'registration',
      what: 'as a web application',
      body: (found) => ({ ...body(found), application_type: 'web' }),
    },
    {
      by: 'document',
      path: 'cursor.com/oauth/mcp-client.json',
      document: () => ({
        client_name: 'Cursor',
        redirect_uris: [
          CLOUD,
          'https://www.cursor.com/bot/mcp/oauth/callback',
          LOOPBACK,
          'http://127.0.0.1:8787/callback',
        ],
        token_endpoint_auth_method: 'none',
      }),
    },
    // The `auth` block of its settings.
    { by: 'pre-registration', client_id: 'cursor-static', method: 'none' },
  ],
  redirectUri: () => LOOPBACK,
  headers: { oauth: {} },
  state: () => randomUUID(),
  authenticate: inBody,
  // It takes the scopes from the authorization server's document.
  authorization: ({ server }) => ({ scope: server.scopes_supported.join(' ') }),
  token: () => ({}),
  refreshes: () => [{}],
  protocol: {
    version: '2025-06-18',
    clientInfo: { name: 'cursor-vscode', version: '1.0.0' },
    headers: {},
    saysVersion: true,
    listens: true,
  },
}
