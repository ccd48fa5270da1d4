/** Claude Code: its document, else it registers; loopback on a port of the moment; where it is given a secret it uses Basic. */
import { randomBytes } from 'node:crypto'
import { freePort } from '../../support/ports.ts'
import { basicRaw } from './client-authentication.ts'
import type { Found, RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const USER_AGENT = { 'user-agent': 'claude-code/2.1.30 (cli)' }
const port = await freePort()

const body =
  (method: string) =>
  ({ resource }: Found, redirectUri: string) => ({
    client_name: 'Claude Code (battle-school)',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: method,
    scope: resource.scopes_supported.join(' '),
  })

export const claudeCode: RealClient = {
  name: 'Claude Code',
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
    headers: { ...USER_AGENT, accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
    insists: (t, { resource }, { mcpUrl }) =>
      t.equal(resource.resource, mcpUrl, 'C5: it compares the resource with its own URL'),
  },
  ways: [
    { by: 'registration', body: body('none') },
    // One server's answer gave it a secret; it then sends Basic, whatever it asked for.
    {
      by: 'registration',
      what: 'with a secret',
      body: body('client_secret_post'),
      redirectUri: `http://127.0.0.1:${port}/callback`,
    },
    {
      by: 'document',
      path: 'claude.ai/oauth/claude-code-client-metadata',
      document: () => ({
        client_name: 'Claude Code',
        client_uri: 'https://claude.ai',
        redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      }),
    },
  ],
  redirectUri: () => `http://localhost:${port}/callback`,
  headers: { oauth: USER_AGENT },
  state: () => randomBytes(32).toString('base64url'),
  authenticate: basicRaw,
  authorization: ({ challenge }, { mcpUrl }) => ({
    scope: `${challenge.scope} offline_access`,
    resource: mcpUrl,
    prompt: 'consent',
  }),
  token: (_found, { mcpUrl }) => ({ resource: mcpUrl }),
  // The lock is of one process, so sessions that run side by side collide.
  refreshes: (_found, { mcpUrl }) => [
    { resource: mcpUrl },
    { resource: mcpUrl },
    { resource: mcpUrl },
  ],
  protocol: {
    version: '2025-11-25',
    clientInfo: { name: 'claude-code', version: '2.1.30' },
    headers: USER_AGENT,
    saysVersion: true,
    listens: true,
    leaves: true,
  },
}
