/**
 * Codex, on rmcp: its document or a registration, a callback path with an id of its own, `resource` twice at authorize, and
 * refreshes in a crowd: five within a second, one of them without `resource`.
 */
import { randomBytes } from 'node:crypto'
import { freePort } from '../../support/ports.ts'
import { basicRaw } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { rmcpDiscovery, unionOfScopes } from './rmcp.ts'

const USER_AGENT = { 'user-agent': 'codex-mcp-client/0.144.0' }
const port = await freePort()
const ID = randomBytes(9).toString('base64url')

const document = (redirect_uris: string[]) => ({
  client_name: 'Codex',
  client_uri: 'https://chatgpt.com/codex',
  application_type: 'native',
  redirect_uris,
  token_endpoint_auth_method: 'none',
  token_endpoint_auth_methods_supported: ['none'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
})

export const codex: RealClient = {
  name: 'Codex',
  discovery: rmcpDiscovery(USER_AGENT),
  ways: [
    {
      by: 'registration',
      body: (_found, redirectUri) => ({
        client_name: 'Codex',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      }),
    },
    {
      // One document for every server, where `iss` is promised (C8); its path is without the id.
      by: 'document',
      assumed: true,
      redirectUri: `http://127.0.0.1:${port}/callback`,
      path: 'chatgpt.com/oauth/codex/client.json',
      document: () => document(['http://127.0.0.1/callback', 'http://localhost/callback']),
    },
    {
      by: 'document',
      what: 'one for each server',
      assumed: true,
      path: `chatgpt.com/oauth/codex/${ID}/client.json`,
      document: () => document([`http://127.0.0.1/callback/${ID}`]),
    },
  ],
  redirectUri: () => `http://127.0.0.1:${port}/callback/${ID}`,
  headers: { oauth: USER_AGENT },
  state: () => randomBytes(16).toString('base64url'),
  authenticate: basicRaw,
  authorization: (found, { mcpUrl }) => [
    ['scope', unionOfScopes(found)],
    ['resource', mcpUrl],
    ['resource', mcpUrl],
  ],
  token: (_found, { mcpUrl }) => ({ resource: mcpUrl }),
  refreshes: (found, { mcpUrl }) => {
    const usual = { scope: unionOfScopes(found), resource: mcpUrl }
    return [usual, usual, usual, usual, { scope: unionOfScopes(found) }]
  },
  protocol: {
    version: '2025-06-18',
    clientInfo: { name: 'codex-mcp-client', version: '0.144.0' },
    headers: { ...USER_AGENT, accept: 'text/event-stream, application/json' },
    saysVersion: true,
    listens: true,
    leaves: true,
  },
}
