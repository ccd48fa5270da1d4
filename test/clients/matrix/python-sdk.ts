/** The Python SDK: stops at any 5xx, compares issuer and iss as strings, and percent-encodes Basic. */
import { randomBytes } from 'node:crypto'
import { freePort } from '../../support/ports.ts'
import { basicEncoded, inBody } from './client-authentication.ts'
import type { Discovery, RealClient, Way } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const port = await freePort()

export const pythonDiscovery: Discovery = {
  probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
  headers: {
    'user-agent': 'python-httpx/0.28.1',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  },
  resourceMetadata: PATH_THEN_ROOT,
  serverMetadata: OAUTH_THEN_OPENID,
  insists: (t, { resource }, { mcpUrl }) =>
    t.ok(mcpUrl.startsWith(resource.resource), 'the resource is its URL or a parent of it'),
}

const registers = (method: string): Way => ({
  by: 'registration',
  what: method,
  body: ({ challenge }, redirectUri) => ({
    client_name: 'Python client',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
    token_endpoint_auth_method: method,
    scope: challenge.scope,
  }),
})

export const pythonSdk: RealClient = {
  name: 'Python SDK',
  discovery: pythonDiscovery,
  ways: [
    { ...registers('client_secret_basic'), authenticate: basicEncoded },
    { ...registers('client_secret_post'), authenticate: inBody },
    {
      by: 'document',
      path: 'app.example/oauth/client.json',
      document: () => ({
        client_name: 'Python client',
        redirect_uris: ['http://localhost/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      }),
    },
    {
      by: 'pre-registration',
      client_id: 'python-static',
      client_secret: 'a-secret-of-a-settings-file',
      method: 'client_secret_basic',
      authenticate: basicEncoded,
    },
  ],
  redirectUri: () => `http://localhost:${port}/callback`,
  headers: { oauth: { 'user-agent': 'python-httpx/0.28.1' } },
  state: () => randomBytes(32).toString('base64url'),
  authenticate: inBody,
  authorization: ({ challenge, resource }) => ({
    scope: challenge.scope,
    resource: resource.resource,
  }),
  token: ({ resource }) => ({ resource: resource.resource }),
  refreshes: ({ resource }) => [{ resource: resource.resource }],
  protocol: {
    version: '2025-11-25',
    clientInfo: { name: 'mcp', version: '0.1.0' },
    headers: { 'user-agent': 'python-httpx/0.28.1' },
    saysVersion: true,
    listens: true,
    leaves: true,
  },
}
