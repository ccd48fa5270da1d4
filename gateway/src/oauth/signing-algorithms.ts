/** The algorithms in which a client may sign (RFC 8725 §3.1): asymmetric ones only, so never `none`; the metadata lists them. */
export const SIGNING_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
  'EdDSA',
  'Ed25519',
]
