/**
 * VS Code: its document where the flag is there, else it registers with four redirect URIs, one of them without a port; its
 * state is base64 with signs that a URL has to escape. It believes to have been granted what it asked for.
 */
import { randomBytes } from 'node:crypto'
import { inBody } from './client-authentication.ts'
import type { RealClient } from './real-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

const USER_AGENT = { 'user-agent': 'Visual Studio Code/1.109.0' }
const LOOPBACK = 'http://127.0.0.1:33418/'
const IN_THE_BROWSER = 'https://vscode.dev/redirect'
const GRANTS = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
]

const document = () => ({
  client_name: 'Visual Studio Code',
  client_uri: 'https://vscode.dev/product',
  grant_types: GRANTS,
  response_types: ['code'],
  redirect_uris: [LOOPBACK, IN_THE_BROWSER],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
})

export const vsCode: RealClient = {
  name: 'VS Code',
  discovery: {
    probe: { method: 'POST', body: { jsonrpc: '2.0', id: 1, method: 'initialize' } },
    headers: {
      ...USER_AGENT,
      accept: 'text/event-stream, application/json',
      // Said on discovery, and never again.
      'mcp-protocol-version': '2025-11-25',
    },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID,
    // C11: what it guesses where there is no metadata.
    insists(t, { server }, { origin }) {
      t.equal(server.authorization_endpoint, `${origin}/authorize`)
      t.equal(server.token_endpoint, `${origin}/token`)
      t.equal(server.registration_endpoint, `${origin}/register`)
    },
  },
  ways: [
    {
      by: 'registration',
      body: ({ challenge }) => ({
        client_name: 'Visual Studio Code',
        client_uri: 'https://code.visualstudio.com',
        grant_types: GRANTS,
        response_types: ['code'],
        redirect_uris: [
          'https://insiders.vscode.dev/redirect',
          IN_THE_BROWSER,
          'http://127.0.0.1/',
          LOOPBACK,
        ],
        scope: challenge.scope,
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      }),
      // C16: what is not given here is left out, not refused.
      insists: (t, { grant_types }) =>
        t.strictSame(grant_types, ['authorization_code', 'refresh_token'], 'C16'),
    },
    { by: 'document', path: 'vscode.dev/oauth/client-metadata.json', document },
    // The port was busy, so it took another (C21).
    {
      by: 'document',
      path: 'vscode.dev/oauth/client-metadata.json',
      what: 'on another port, C21',
      document,
      redirectUri: 'http://127.0.0.1:41877/',
    },
    {
      by: 'document',
      path: 'vscode.dev/oauth/client-metadata.json',
      what: 'in a browser',
      document,
      redirectUri: IN_THE_BROWSER,
    },
  ],
  redirectUri: () => LOOPBACK,
  // Its registration alone goes without the name.
  headers: {
    oauth: { ...USER_AGENT, accept: 'application/json' },
    register: { accept: 'application/json' },
  },
  // C37: `+`, `/` and `=` for certain.
  state: () => Buffer.concat([Buffer.from('fbefff', 'hex'), randomBytes(13)]).toString('base64'),
  authenticate: inBody,
  authorization: ({ challenge, resource }) => ({
    scope: challenge.scope,
    resource: resource.resource,
  }),
  token: ({ resource }) => ({ resource: resource.resource }),
  refreshes: ({ resource }) => [{ resource: resource.resource }],
  insists: (t, { scope }, { challenge }) =>
    t.equal(scope, challenge.scope, 'C51: what it asked for is granted, as it believes anyway'),
  protocol: {
    version: '2025-11-25',
    clientInfo: { name: 'Visual Studio Code', version: '1.109.0' },
    headers: { ...USER_AGENT, accept: 'text/event-stream, application/json' },
    saysVersion: false,
    listens: true,
    leaves: true,
  },
}
