/**
 * OpenCode, on the SDK of 2025: it registers with one loopback port of its own, and since 2026 has a document, whose redirect
 * URIs have another path and no port.
 */
import { randomBytes } from 'node:crypto'
import { freePort } from '../../support/ports.ts'
import type { SdkClient } from './sdk-client.ts'

const state = () => randomBytes(32).toString('hex')
const metadata = { client_name: 'OpenCode', client_uri: 'https://opencode.ai' }
const DOCUMENT = 'opencode.ai/oauth/opencode/client.json'

export const opencode: SdkClient = {
  name: 'OpenCode',
  sdk: 1,
  headers: {},
  ways: [
    {
      what: 'registers itself, RFC 7591',
      method: 'none',
      application: { redirectUrl: 'http://127.0.0.1:19876/mcp/oauth/callback', state, metadata },
    },
    {
      what: 'is its Client ID Metadata Document, C28',
      method: 'none',
      application: {
        redirectUrl: `http://127.0.0.1:${await freePort()}/callback`,
        state,
        metadata,
      },
      clientId: ({ documents }) => `${documents}/${DOCUMENT}`,
      document: {
        path: DOCUMENT,
        content: {
          client_name: 'opencode',
          client_uri: 'https://opencode.ai',
          application_type: 'native',
          redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'none',
          token_endpoint_auth_methods_supported: ['none'],
        },
      },
    },
  ],
}
