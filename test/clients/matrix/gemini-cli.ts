/** Gemini CLI: HEAD first, and only a quoted pointer will do; it asks for every scope that is listed, at refresh again. */
import { randomBytes } from 'node:crypto'
import { freePort } from '../../support/ports.ts'
import { inBody } from './client-authentication.ts'
import type { Found, RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const port = await freePort()
const body = (scope: (found: Found) => string) => (found: Found, redirectUri: string) => ({
  client_name: 'Gemini CLI MCP Client',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  scope: scope(found),
})
const everyScope = ({ server }: Found) => server.scopes_supported.join(' ')

export const geminiCli: RealClient = {
  name: 'Gemini CLI',
  discovery: {
    probe: { method: 'HEAD' },
    headers: { accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
    insists(t, { challenge, resource }, { mcpUrl }) {
      t.not(challenge.resource_metadata, '', 'C2: the pointer is quoted, on a HEAD')
      const { protocol, host, pathname } = new URL(mcpUrl)
      t.equal(resource.resource, `${protocol}//${host}${pathname}`, 'C5: as it trims its own URL')
    },
  },
  ways: [
    { by: 'registration', body: body(everyScope) },
    { by: 'registration', what: 'with an empty scope', body: body(() => '') },
  ],
  redirectUri: () => `http://localhost:${port}/oauth/callback`,
  headers: { oauth: { accept: 'application/json, application/x-www-form-urlencoded' } },
  state: () => randomBytes(16).toString('base64url'),
  authenticate: inBody,
  authorization: (found, { mcpUrl }) => ({ scope: everyScope(found), resource: mcpUrl }),
  token: (_found, { mcpUrl }) => ({ resource: mcpUrl }),
  refreshes: (found, { mcpUrl }) => [{ scope: everyScope(found), resource: mcpUrl }],
  protocol: {
    version: '2025-11-25',
    clientInfo: { name: 'gemini-cli-mcp-client', version: '0.30.0' },
    headers: {},
    saysVersion: true,
    listens: true,
    leaves: true,
  },
}
