/** Zed: its document, else a new registration in every flow; it goes nowhere without S256 and takes no foreign pointer. */
import { randomBytes } from 'node:crypto'
import { freePort } from '../../support/ports.ts'
import { inBody } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const port = await freePort()
const common = {
  client_name: 'Zed',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}

export const zed: RealClient = {
  name: 'Zed',
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
    headers: { accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
    insists(t, { server, challenge }, { mcpUrl }) {
      t.ok(server.code_challenge_methods_supported.includes('S256'), 'C9: it refuses otherwise')
      t.equal(new URL(challenge.resource_metadata).origin, new URL(mcpUrl).origin, 'C3')
    },
  },
  ways: [
    {
      by: 'registration',
      body: (_found, redirectUri) => ({ ...common, redirect_uris: [redirectUri] }),
    },
    {
      by: 'document',
      path: 'zed.dev/oauth/client-metadata.json',
      document: () => ({
        ...common,
        client_uri: 'https://zed.dev',
        logo_uri: 'https://cdn.zed.dev/images/logo-dark.png',
        redirect_uris: ['http://127.0.0.1/callback'],
      }),
    },
  ],
  redirectUri: () => `http://127.0.0.1:${port}/callback`,
  headers: { oauth: { accept: 'application/json' } },
  state: () => randomBytes(32).toString('base64url'),
  authenticate: inBody,
  authorization: ({ challenge }, { mcpUrl }) => ({
    scope: challenge.scope,
    resource: mcpUrl.replace(/\/$/, ''),
  }),
  token: (_found, { mcpUrl }) => ({ resource: mcpUrl.replace(/\/$/, '') }),
  refreshes: (_found, { mcpUrl }) => [{ resource: mcpUrl.replace(/\/$/, '') }],
  protocol: {
    version: '2025-11-25',
    clientInfo: { name: 'Zed', version: '0.230.0' },
    headers: {},
    saysVersion: true,
    listens: true,
    leaves: true,
  },
}
