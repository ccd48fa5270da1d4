/** Every URL that we publish, built from PUBLIC_URL in one place, so that all documents agree byte for byte (C7). */

/** The id of the provider of the OIDC_* settings: its callback has no id in its path. */
export const DEFAULT_PROVIDER = 'default'

/** What is published for clients of the deprecated HTTP+SSE transport (MCP 2024-11-05, docs/adr/0019). */
export interface SseUrls {
  /** Another spelling of the one resource: such clients compare it with the URL that they were given (RFC 9728 §3.3). */
  readonly resource: string
  readonly resourceMetadata: string
}

export interface PublicUrls {
  /** The issuer identifier: the origin without a slash at the end (RFC 8414 §2). */
  readonly issuer: string
  readonly origin: string
  /** The protected resource's identifier, always without a slash at the end (RFC 8707 §2, RFC 9728 §2). */
  readonly resource: string
  readonly resourceMetadata: string
  /** Undefined where that transport has no door. */
  readonly sse: SseUrls | undefined
  readonly authorizationEndpoint: string
  /** Where the consent form is posted. */
  readonly authorizeProcess: string
  readonly tokenEndpoint: string
  readonly registrationEndpoint: string
  readonly revocationEndpoint: string
  readonly introspectionEndpoint: string
  readonly pushedAuthorizationRequestEndpoint: string
  readonly jwksUri: string
  /** Our own redirect URI at that provider: two of them never share one (RFC 9700 §4.4.2). */
  callbackOf(provider: string): string
  /** The person’s own page. */
  readonly account: string
  /** Our post_logout_redirect_uri at every provider (OpenID Connect RP-Initiated Logout 1.0 §3). */
  readonly signedOut: string
  readonly secure: boolean
}

/**
 * @param publicUrl an origin, http or https, without path
 * @param hasSse whether what stands behind the door can have the HTTP+SSE transport
 */
export function publicUrls(publicUrl: URL, hasSse = true): PublicUrls {
  const origin = publicUrl.origin
  const metadata = `${origin}/.well-known/oauth-protected-resource`
  return {
    issuer: origin,
    origin,
    resource: `${origin}/mcp`,
    resourceMetadata: `${metadata}/mcp`,
    sse: hasSse ? { resource: `${origin}/sse`, resourceMetadata: `${metadata}/sse` } : undefined,
    authorizationEndpoint: `${origin}/authorize`,
    authorizeProcess: `${origin}/authorize/process`,
    tokenEndpoint: `${origin}/token`,
    registrationEndpoint: `${origin}/register`,
    revocationEndpoint: `${origin}/revoke`,
    introspectionEndpoint: `${origin}/introspect`,
    pushedAuthorizationRequestEndpoint: `${origin}/par`,
    jwksUri: `${origin}/jwks`,
    callbackOf: (provider) =>
      provider === DEFAULT_PROVIDER ? `${origin}/callback` : `${origin}/callback/${provider}`,
    account: `${origin}/account`,
    signedOut: `${origin}/signed-out`,
    secure: publicUrl.protocol === 'https:',
  }
}
