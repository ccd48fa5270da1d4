/**
 * Microsoft 365 Copilot: it needs a client secret in the answer to its registration, or an id and a secret that were typed in.
 * What else it sends is opaque.
 */
import { randomBytes } from 'node:crypto'
import { inBody } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const CALLBACK = 'https://teams.microsoft.com/api/platform/v1.0/oAuthRedirect'

export const microsoft365Copilot: RealClient = {
  name: 'Microsoft 365 Copilot',
  assumed: true,
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
    headers: { accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
  },
  ways: [
    {
      by: 'registration',
      body: (_found, redirectUri) => ({
        client_name: 'Microsoft 365 Copilot',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      }),
      insists: (t, answer) => t.type(answer.client_secret, 'string', 'C17: a secret is in it'),
    },
    {
      by: 'pre-registration',
      client_id: 'copilot-static',
      client_secret: 'a-secret-of-the-admin-center',
      method: 'client_secret_post',
    },
  ],
  redirectUri: () => CALLBACK,
  headers: { oauth: {} },
  state: () => randomBytes(48).toString('base64'),
  authenticate: inBody,
  authorization: ({ resource }) => ({ scope: resource.scopes_supported.join(' ') }),
  token: () => ({}),
  refreshes: () => [{}],
  protocol: {
    version: '2025-06-18',
    clientInfo: { name: 'Microsoft 365 Copilot', version: '1.0.0' },
    headers: {},
    saysVersion: true,
  },
}
