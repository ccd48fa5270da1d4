/** What can be said of a provider's settings without a login, from its discovery document: for the doctor. */

import { providerFetch } from './provider-fetch.ts'
import type { ProviderMetadata } from './provider-metadata.ts'
import { discover } from './provider-metadata.ts'
import type { ProviderSettings } from './provider-settings.ts'
import { UpstreamError } from './upstream.ts'

export interface ProviderFinding {
  /** `wrong`: logins fail. `doubtful`: something will be missing. */
  level: 'wrong' | 'doubtful'
  what: string
}

/** Everything that is found; nothing where all is well. Asks the provider once. */
export async function inspectProvider(settings: ProviderSettings): Promise<ProviderFinding[]> {
  const { issuer, discoveryUrl } = settings
  const fetch = providerFetch(
    issuer,
    discoveryUrl === undefined ? undefined : new URL(discoveryUrl),
  )
  try {
    return [...judge(await discover(settings, fetch), settings)]
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    return [{ level: 'wrong', what: error.message }]
  }
}

function* judge(
  metadata: ProviderMetadata,
  { credentials, scopes, claims }: ProviderSettings,
): Generator<ProviderFinding> {
  const lacks = (listed: readonly string[] | undefined, value: string) =>
    listed !== undefined && !listed.includes(value)
  if (lacks(metadata.response_types_supported, 'code')) {
    yield { level: 'wrong', what: 'it has no authorization code flow' }
  }
  if (lacks(metadata.code_challenge_methods_supported, 'S256')) {
    yield { level: 'doubtful', what: 'it does not list PKCE with S256 (RFC 7636)' }
  }
  const { method } = credentials
  if (method !== 'automatic' && lacks(metadata.token_endpoint_auth_methods_supported, method)) {
    yield { level: 'wrong', what: `it does not list ${method} for its token endpoint` }
  }
  for (const scope of scopes.split(' ').filter((each) => each !== '')) {
    if (lacks(metadata.scopes_supported, scope)) {
      yield { level: 'doubtful', what: `it does not list the scope ${scope}` }
    }
  }
  if (!metadata.scopes_supported?.includes('offline_access')) {
    const what =
      'it does not list offline_access: without it there may be no refresh token, and the age of a login decides'
    if (!scopes.split(' ').includes('offline_access')) yield { level: 'doubtful', what }
  }
  for (const claim of [claims.studentId, claims.roles]) {
    const [name = claim] = metadata.claims_supported?.includes(claim) ? [claim] : claim.split('.')
    if (lacks(metadata.claims_supported, name)) {
      // OpenID Connect Discovery §3: this list may be incomplete.
      yield {
        level: 'doubtful',
        what: `it does not list the claim ${name}: a login has to show it`,
      }
    }
  }
}
