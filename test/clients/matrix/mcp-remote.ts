/** mcp-remote, on the SDK of 2025: it asks with GET by itself first, and finds the server’s metadata only at the origin. */
import { randomUUID } from 'node:crypto'
import { freePort } from '../../support/ports.ts'
import type { SdkClient } from './sdk-client.ts'
import { OAUTH_THEN_OPENID, PATH_THEN_ROOT } from './well-known.ts'

export const mcpRemote: SdkClient = {
  name: 'mcp-remote',
  sdk: 1,
  headers: {},
  asksFirst: {
    probe: { method: 'GET' },
    headers: { accept: 'text/event-stream' },
    resourceMetadata: PATH_THEN_ROOT,
    serverMetadata: OAUTH_THEN_OPENID.slice(0, 1),
    insists: (t, { server }) =>
      t.equal(new URL(server.issuer).pathname, '/', 'C7: it fails for an issuer with a path'),
  },
  ways: [
    {
      what: 'registers itself, RFC 7591',
      method: 'none',
      application: {
        redirectUrl: `http://localhost:${await freePort()}/oauth/callback`,
        state: randomUUID,
        metadata: {
          client_name: 'MCP CLI Proxy',
          client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
          software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
          software_version: '0.1.37',
          // What it asks for where neither challenge nor metadata has a scope.
          scope: 'openid email profile',
        },
      },
    },
  ],
}
