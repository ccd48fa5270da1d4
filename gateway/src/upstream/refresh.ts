/** What a refresh at the provider has to fulfil (OpenID Connect Core §12.2), and which of its failures end the session. */
import { decodeJwt } from 'jose'
import * as oidc from 'openid-client'
import { asUpstreamError } from './failure.ts'
import { UpstreamError } from './upstream.ts'

/**
 * The session, or the person's part in it, is over (RFC 6749 §5.2; OpenID Connect Core §3.1.2.6): only the person can begin
 * another. Any other code is about us, or passes.
 */
const OVER = new Set([
  'invalid_grant',
  'access_denied',
  'interaction_required',
  'login_required',
  'account_selection_required',
  'consent_required',
])

export function refreshFailure(cause: unknown): UpstreamError {
  const error = asUpstreamError(cause)
  // A 5xx is an outage whatever its body says.
  const isOver = cause instanceof oidc.ResponseBodyError && OVER.has(cause.error)
  if (!isOver || error.kind === 'unavailable') return error
  return new UpstreamError('declined', `the provider answered the refresh with ${cause.error}`, {
    providerError: cause.error,
  })
}

/**
 * The claims of the new ID token, or of the first where there is no new one (§12.2: there need not be).
 * @throws UpstreamError where they are not of the same login
 */
export function claimsAtRefresh(
  refreshed: oidc.IDToken | undefined,
  idTokenOfLogin: string,
): oidc.IDToken {
  const first = decodeJwt<oidc.IDToken>(idTokenOfLogin)
  if (refreshed === undefined) return first
  // Somebody else's session is no session of this person.
  if (refreshed.sub !== first.sub) {
    throw new UpstreamError('declined', 'the refreshed ID token is another person’s (sub)')
  }
  for (const claim of ['iss', 'azp'] as const) {
    if (refreshed[claim] !== first[claim]) throw otherLogin(claim)
  }
  if (!audienceOf(refreshed).includes(String(audienceOf(first)[0]))) throw otherLogin('aud')
  if (refreshed.nonce !== undefined && refreshed.nonce !== first.nonce) throw otherLogin('nonce')
  const [time, firstTime] = [refreshed.auth_time, first.auth_time]
  if (time !== undefined && firstTime !== undefined && time < firstTime) {
    throw otherLogin('auth_time')
  }
  return refreshed
}

function audienceOf({ aud }: oidc.IDToken): readonly string[] {
  return typeof aud === 'string' ? [aud] : aud
}

function otherLogin(claim: string): UpstreamError {
  return new UpstreamError('invalid', `the refreshed ID token is of another login (${claim})`)
}

/** The refresh token that an answer of the token endpoint gives in place of the one that was sent (RFC 6749 §6). */
export async function rotatedIn(response: Response, sent: string): Promise<string | undefined> {
  if (!response.ok) return undefined
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  const { refresh_token: given } = (body ?? {}) as { refresh_token?: unknown }
  return typeof given === 'string' && given !== '' && given !== sent ? given : undefined
}
