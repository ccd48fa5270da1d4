/** Cline, on the SDK of 2025: a loopback port out of six, and it comes back on the next one when the first is busy. */
import type { SdkClient } from './sdk-client.ts'

const metadata = { client_name: 'Cline', client_uri: 'https://cline.bot' }

export const cline: SdkClient = {
  name: 'Cline',
  sdk: 1,
  headers: {},
  ways: [1456, 1461].map((port) => ({
    what: `on port ${port}`,
    method: 'none',
    application: { redirectUrl: `http://127.0.0.1:${port}/mcp/oauth/callback`, metadata },
  })),
}
