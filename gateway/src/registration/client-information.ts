/** What a client is told of its registration (RFC 7591 §3.2.1, RFC 7592 §3): never `null`, never a hash. */
import type { PublicUrls } from '../oauth/issuer.ts'
import type { ClientRecord } from '../store/records/client.ts'

/** Known at this moment only: the store has their hashes. */
export interface IssuedCredentials {
  client_secret?: string
  registration_access_token?: string
}

export function clientInformation(
  client: ClientRecord,
  urls: PublicUrls,
  issued: IssuedCredentials = {},
): Record<string, unknown> {
  const {
    version: _version,
    client_secret_sha256,
    registration_access_token_sha256: _token,
    ...metadata
  } = client
  return {
    ...metadata,
    ...issued,
    // RFC 7591 §3.2.1: with each secret; it never expires while the client lives (C18).
    ...(client_secret_sha256 === undefined ? {} : { client_secret_expires_at: 0 }),
    registration_client_uri: `${urls.registrationEndpoint}/${client.client_id}`,
  }
}
