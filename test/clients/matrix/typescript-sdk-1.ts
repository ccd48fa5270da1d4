/** The TypeScript SDK of 2025 as it is installed here: neither issuer nor iss is compared. */
import type { SdkClient } from './sdk-client.ts'

export const typescriptSdk1: SdkClient = {
  name: 'TypeScript SDK 1',
  sdk: 1,
  headers: {},
  ways: [
    { what: 'public', method: 'none', application: {} },
    { what: 'by Basic, not percent-encoded', method: 'client_secret_basic', application: {} },
    { what: 'by a secret in the body', method: 'client_secret_post', application: {} },
    { what: 'without a pointer', method: 'none', application: {}, hidden: true },
  ],
}
