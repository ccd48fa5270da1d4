/** How a client may authenticate (RFC 7591 §2 `token_endpoint_auth_method`); the metadata lists them (RFC 8414 §2). */

/** Of clients that prove something: a secret, or a key (RFC 6749 §2.1). */
export const CONFIDENTIAL_METHODS = [
  'client_secret_post',
  'client_secret_basic',
  'private_key_jwt',
] as const

export const AUTHENTICATION_METHODS = ['none', ...CONFIDENTIAL_METHODS] as const
