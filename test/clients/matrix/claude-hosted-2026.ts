/**
 * Claude on the web, on the desktop and on phones in 2026: its document where the metadata has the flag and lists `none`, else
 * it registers, twice per connect, with a secret in the body; or an id and secret that a person typed in.
 */
import { randomBytes } from 'node:crypto'
import { CLAUDE_CALLBACK } from './claude-hosted-2025.ts'
import { inBody } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'Anthropic/ClaudeAI', version: '1.0.0' },
  },
}

export const claudeHosted2026: RealClient = {
  name: 'Claude hosted, 2026',
  discovery: {
    probe: { method: 'POST', body: INITIALIZE },
    headers: { 'user-agent': 'python-httpx/0.28.1', accept: '*/*' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
    // C13: where the challenge has no scope it asks for everything that is listed.
    insists: (t, { server, challenge }) =>
      t.same(server.scopes_supported.join(' '), challenge.scope, 'C13: nothing more is listed'),
  },
  ways: [
    {
      by: 'registration',
      what: 'twice per connect, C40',
      twice: true,
      body: (_found, redirectUri) => ({
        client_name: 'Claude',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      }),
      insists: (t, answer) => t.type(answer.client_secret, 'string', 'C17: it sends this later'),
    },
    {
      by: 'document',
      path: 'claude.ai/oauth/mcp-oauth-client-metadata',
      document: () => ({
        client_name: 'Claude',
        client_uri: 'https://claude.ai',
        redirect_uris: [CLAUDE_CALLBACK],
        grant_types: [
          'authorization_code',
          'refresh_token',
          'urn:ietf:params:oauth:grant-type:jwt-bearer',
        ],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      }),
    },
    {
      by: 'pre-registration',
      what: 'typed into its form',
      client_id: 'claude-typed-in',
      client_secret: 'a-secret-that-somebody-typed-into-the-form',
      method: 'client_secret_post',
    },
  ],
  redirectUri: () => CLAUDE_CALLBACK,
  headers: { oauth: { 'user-agent': 'python-httpx/0.28.1' } },
  state: () => randomBytes(32).toString('base64url'),
  // A typed-in secret is always in the body, never in a header.
  authenticate: inBody,
  authorization: ({ challenge }, { mcpUrl }) => ({
    scope: `${challenge.scope} offline_access`,
    resource: mcpUrl,
    prompt: 'consent',
  }),
  token: (_found, { mcpUrl }) => ({ resource: mcpUrl }),
  // Two egress paths refresh the same grant at the same time.
  refreshes: (_found, { mcpUrl }) => [{ resource: mcpUrl }, { resource: mcpUrl }],
  protocol: {
    version: '2025-11-25',
    clientInfo: { name: 'Anthropic/ClaudeAI', version: '1.0.0' },
    headers: { 'user-agent': 'Claude-User', accept: '*/*' },
    saysVersion: false,
    listens: true,
  },
}
