/** The TypeScript SDK of 2026 as it is installed here: issuer and iss are compared character by character. */
import type { SdkClient } from './sdk-client.ts'

export const typescriptSdk2: SdkClient = {
  name: 'TypeScript SDK 2',
  sdk: 2,
  headers: {},
  ways: [
    { what: 'public', method: 'none', application: {} },
    { what: 'by Basic, not percent-encoded', method: 'client_secret_basic', application: {} },
    { what: 'by a secret in the body', method: 'client_secret_post', application: {} },
    // C6: the OpenID spelling is refused by its schema when a member is missing.
    { what: 'without a pointer', method: 'none', application: {}, hidden: true },
  ],
}
