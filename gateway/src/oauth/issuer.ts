/** Every URL that we publish, built from PUBLIC_URL in one place, so that all documents agree byte for byte (C7). */

export interface PublicUrls {
  /** The issuer identifier: the origin without a slash at the end (RFC 8414 §2). */
  readonly issuer: string
  readonly origin: string
  /** The protected resource's identifier, always without a slash at the end (RFC 8707 §2, RFC 9728 §2). */
  readonly resource: string
  readonly resourceMetadata: string
  readonly authorizationEndpoint: string
  /** Where the consent form is posted. */
  readonly authorizeProcess: string
  readonly tokenEndpoint: string
  readonly registrationEndpoint: string
  readonly revocationEndpoint: string
  readonly introspectionEndpoint: string
  readonly pushedAuthorizationRequestEndpoint: string
  readonly jwksUri: string
  /** Our own redirect URI at the provider. */
  readonly callback: string
  readonly secure: boolean
}

/** @param publicUrl an origin, http or https, without path */
export function publicUrls(publicUrl: URL): PublicUrls {
  const origin = publicUrl.origin
  return {
    issuer: origin,
    origin,
    resource: `${origin}/mcp`,
    resourceMetadata: `${origin}/.well-known/oauth-protected-resource/mcp`,
    authorizationEndpoint: `${origin}/authorize`,
    authorizeProcess: `${origin}/authorize/process`,
    tokenEndpoint: `${origin}/token`,
    registrationEndpoint: `${origin}/register`,
    revocationEndpoint: `${origin}/revoke`,
    introspectionEndpoint: `${origin}/introspect`,
    pushedAuthorizationRequestEndpoint: `${origin}/par`,
    jwksUri: `${origin}/jwks`,
    callback: `${origin}/callback`,
    secure: publicUrl.protocol === 'https:',
  }
}
