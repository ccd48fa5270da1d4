/** Public keys of a client that signs (RFC 7591 §2 `jwks`, `jwks_uri`; RFC 7517 §5). */
import { z } from 'zod'
import { OAuthError } from '../oauth/error.ts'
import { isPublicJwk } from '../oauth/public-jwk.ts'
import type { Admission } from './admission.ts'
import { ClientDocumentError, type ClientMetadata } from './client.ts'

const MAX_KEYS = 20

const kty = z.enum(['RSA', 'EC', 'OKP'])
const text = () => z.string().optional()

/** Only the members are kept that a signature is checked with (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). */
const publicKey = z
  .looseObject({ kty })
  .refine(isPublicJwk)
  .pipe(
    z.object({
      kty,
      kid: text(),
      use: text(),
      key_ops: z.array(z.string()).optional(),
      alg: text(),
      n: text(),
      e: text(),
      crv: text(),
      x: text(),
      y: text(),
    }),
  )

const jsonWebKeySet = z.object({ keys: z.array(publicKey).min(1).max(MAX_KEYS) })
export type KeySet = z.infer<typeof jsonWebKeySet>

/**
 * What was found at a jwks_uri. A set may hold keys that no signature may be checked with: they are left out (RFC 7517 §5).
 * @throws ClientDocumentError `invalid`
 */
export function readKeySet({ keys }: Record<string, unknown>): KeySet {
  const few = Array.isArray(keys) && keys.length <= MAX_KEYS ? keys : []
  const usable = jsonWebKeySet.safeParse({
    keys: few.filter((key) => publicKey.safeParse(key).success),
  })
  if (!usable.success) throw new ClientDocumentError('invalid', 'there is no usable public key')
  return usable.data
}

/** @throws OAuthError `invalid_client_metadata` unless there is one of the two (RFC 7591 §2) */
export function readClientKeys(
  jwks: unknown,
  jwks_uri: unknown,
  admission: Pick<Admission, 'isDocumentUrl'>,
): Pick<ClientMetadata, 'jwks' | 'jwks_uri'> {
  if (jwks != null && jwks_uri != null) throw refused('jwks and jwks_uri exclude each other')
  if (jwks != null) {
    const keys = jsonWebKeySet.safeParse(jwks)
    if (!keys.success)
      throw refused('jwks has to hold public asymmetric keys only, of RSA up to 8192 bits')
    return { jwks: keys.data }
  }
  if (typeof jwks_uri !== 'string' || !admission.isDocumentUrl(jwks_uri)) {
    throw refused('private_key_jwt needs jwks, or a jwks_uri that is an https URL')
  }
  return { jwks_uri }
}

function refused(description: string): OAuthError {
  return new OAuthError('invalid_client_metadata', description)
}
