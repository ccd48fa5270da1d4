/** MCP Inspector 2, on the SDK of 2026: in a browser, so that every request is asked for first, and as a command line. */
import type { Test } from 'tap'
import type { Place } from './real-client.ts'
import type { SdkClient } from './sdk-client.ts'

const PAGE = 'http://localhost:6274'
const metadata = {
  client_name: 'MCP Inspector',
  client_uri: 'https://github.com/modelcontextprotocol/inspector',
  scope: '',
  application_type: 'native',
}
const DOCUMENT = 'inspector.example/client.json'

export const inspector: SdkClient = {
  name: 'Inspector',
  sdk: 2,
  headers: {},
  ways: [
    {
      what: 'in a browser',
      method: 'none',
      application: { redirectUrl: `${PAGE}/oauth/callback`, metadata },
    },
    {
      what: 'on the command line',
      method: 'none',
      application: { redirectUrl: 'http://127.0.0.1:6276/oauth/callback', metadata },
    },
    {
      what: 'is a document that its user brings, C28',
      method: 'none',
      application: { redirectUrl: `${PAGE}/oauth/callback`, metadata },
      clientId: ({ documents }) => `${documents}/${DOCUMENT}`,
      document: {
        path: DOCUMENT,
        content: {
          client_name: 'MCP Inspector',
          redirect_uris: [`${PAGE}/oauth/callback`],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'none',
        },
      },
    },
  ],
  also: preflights,
}

/** C15: a page of another origin asks before each of these. */
async function preflights(t: Test, { origin }: Place): Promise<void> {
  for (const [path, method, header] of [
    ['/.well-known/oauth-protected-resource/mcp', 'GET', 'mcp-protocol-version'],
    ['/.well-known/oauth-authorization-server', 'GET', 'mcp-protocol-version'],
    ['/register', 'POST', 'content-type'],
    ['/token', 'POST', 'authorization'],
    ['/mcp', 'POST', 'authorization'],
    ['/mcp', 'POST', 'mcp-session-id'],
  ] as const) {
    const response = await fetch(`${origin}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: PAGE,
        'access-control-request-method': method,
        'access-control-request-headers': header,
      },
    })
    const { headers } = response
    t.equal(response.status, 204, `C15: ${method} ${path} may be asked for`)
    t.match(headers.get('access-control-allow-origin'), /^(\*|http:\/\/localhost:6274)$/)
    t.match(headers.get('access-control-allow-headers')?.toLowerCase(), header)
  }
  const refused = await fetch(`${origin}/mcp`, { method: 'POST', headers: { origin: PAGE } })
  await refused.body?.cancel()
  t.equal(refused.status, 401)
  t.equal(refused.headers.get('access-control-allow-origin'), PAGE, 'C15: errors may be read too')
  t.match(
    refused.headers.get('access-control-expose-headers')?.toLowerCase(),
    'www-authenticate',
    'C15: the page may read the challenge',
  )
}
