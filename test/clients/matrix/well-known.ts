/** The two orders of well-known paths that most clients share, for a resource at /mcp and an issuer without a path. */

/** RFC 9728 §3.1, then the root. */
export const PATH_THEN_ROOT = [
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-protected-resource',
]

/** RFC 8414 §3, then OpenID Connect Discovery §4. */
export const OAUTH_THEN_OPENID = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
]
