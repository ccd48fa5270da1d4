/** Which login_hint goes to the provider that a person chose (OpenID Connect Core §3.1.2.1). */
import type { AuthorizationRequest } from '../store/records/login.ts'
import { providerOfAddress } from '../upstream/choose-provider.ts'
import type { Providers } from '../upstream/providers.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** An address is for the provider to which it belongs: no other one is told it. */
export function withLoginHint(
  providers: Providers,
  authorization: AuthorizationRequest,
  upstream: Upstream,
  email: string | undefined,
): AuthorizationRequest {
  if (providerOfAddress(providers, email) === upstream) {
    return { ...authorization, login_hint: email }
  }
  const owner = providerOfAddress(providers, authorization.login_hint)
  if (owner === undefined || owner === upstream) return authorization
  return { ...authorization, login_hint: undefined }
}
