/** n8n: a server on the web that chooses method and grants from the metadata. Its requests at /token nobody has read. */
import { randomBytes } from 'node:crypto'
import { basicRaw, inBody } from './client-authentication.ts'
import type { RealClient, Way } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const registers = (method: string): Way => ({
  by: 'registration',
  what: method,
  body: ({ server }, redirectUri) => ({
    client_name: 'n8n',
    client_uri: 'https://n8n.io/',
    redirect_uris: [redirectUri],
    grant_types: server.grant_types_supported,
    response_types: ['code'],
    token_endpoint_auth_method: method,
  }),
})

export const n8n: RealClient = {
  name: 'n8n',
  assumed: true,
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 0, method: 'initialize' } },
    headers: { accept: 'application/json, text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
    insists(t, { server }) {
      t.ok(server.grant_types_supported.includes('authorization_code'), 'C9: it chooses from these')
      t.ok(server.token_endpoint_auth_methods_supported.length > 0, 'C9')
    },
  },
  ways: [
    { ...registers('none'), authenticate: inBody },
    { ...registers('client_secret_basic'), authenticate: basicRaw },
    { ...registers('client_secret_post'), authenticate: inBody },
  ],
  redirectUri: () => 'https://n8n.example/rest/oauth2-credential/callback',
  headers: { oauth: {} },
  // A JSON object in base64: longer than most.
  state: () =>
    Buffer.from(
      JSON.stringify({
        token: randomBytes(24).toString('base64'),
        cid: 'aZ09bY18',
        createdAt: 1_795_000_000,
      }),
    ).toString('base64'),
  authenticate: inBody,
  authorization: ({ server, resource }) => ({
    scope: server.scopes_supported.join(' '),
    resource: resource.resource,
  }),
  token: () => ({}),
  refreshes: () => [{}],
  protocol: {
    version: '2025-11-25',
    clientInfo: { name: '@n8n/n8n-nodes-langchain.mcpClientTool', version: '1' },
    headers: {},
    saysVersion: true,
    listens: true,
  },
}
