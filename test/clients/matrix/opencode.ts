/** OpenCode, on the SDK of 2025: always at the same loopback port; it registers, and since 2026 has a document. */
import { randomBytes } from 'node:crypto'
import type { SdkClient } from './sdk-client.ts'

const application = {
  redirectUrl: 'http://127.0.0.1:19876/mcp/oauth/callback',
  state: () => randomBytes(32).toString('hex'),
  metadata: { client_name: 'OpenCode', client_uri: 'https://opencode.ai' },
}
const DOCUMENT = 'opencode.ai/oauth/opencode/client.json'

export const opencode: SdkClient = {
  name: 'OpenCode',
  sdk: 1,
  headers: {},
  ways: [
    { what: 'registers', method: 'none', application },
    {
      what: 'by its document',
      method: 'none',
      application,
      clientId: ({ documents }) => `${documents}/${DOCUMENT}`,
      document: {
        path: DOCUMENT,
        content: {
          ...application.metadata,
          redirect_uris: [application.redirectUrl],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'none',
        },
      },
    },
  ],
}
