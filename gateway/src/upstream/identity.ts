/** Who came back from a provider: what the ID token says, and what userinfo adds (OpenID Connect Core §5.3.2). */
import type * as oidc from 'openid-client'
import type { Identity } from './upstream.ts'

/**
 * The first's word stands where both speak. That an address is verified is said of an address (OpenID Connect Core §5.1): one's
 * word for its own is none for the other's.
 */
export function together(
  first: Record<string, unknown>,
  second: Record<string, unknown>,
): Record<string, unknown> {
  const { email_verified, ...rest } = second
  const isSame = first.email === undefined || first.email === second.email
  return { ...(isSame ? second : rest), ...first }
}

export function identityOf(
  claims: oidc.IDToken,
  userinfo: Record<string, unknown>,
  idToken: string,
  refreshToken: string | undefined,
): Identity {
  const { sid, auth_time } = claims
  return {
    iss: claims.iss,
    sub: claims.sub,
    ...(typeof sid === 'string' ? { sid } : {}),
    ...(typeof auth_time === 'number' ? { auth_time } : {}),
    // The signed token's word stands where both speak.
    claims: together(claims, userinfo),
    idToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  }
}
