/** Which of secret and key is meant, where the settings of a provider may hold either. */
import type { Secret } from '../secret.ts'
import type {
  ASSERTION_AUDIENCES,
  CLIENT_AUTH_METHODS,
  ClientCredentials,
} from './client-credentials.ts'
import type { ClientKey } from './client-key.ts'

export interface CredentialSettings {
  method: (typeof CLIENT_AUTH_METHODS)[number] | undefined
  secret: Secret | undefined
  key: ClientKey | undefined
  keyId: string | undefined
  audience: (typeof ASSERTION_AUDIENCES)[number] | undefined
}

/** The credentials, or what is wrong. */
export function credentialsFrom({
  method,
  secret,
  key,
  keyId,
  audience = 'issuer',
}: CredentialSettings): { credentials?: ClientCredentials; problem?: string } {
  if (method === undefined && secret && key) {
    return { problem: 'has to choose: there are a client secret and a private key' }
  }
  if (method === 'private_key_jwt' || (method === undefined && key)) {
    if (!key) return { problem: 'is private_key_jwt, and there is no private key' }
    const named = keyId === undefined ? key : { ...key, keyId }
    return { credentials: { method: 'private_key_jwt', key: named, audience } }
  }
  if (!secret) return { problem: `is ${method ?? 'automatic'}, and there is no client secret` }
  return { credentials: { method: method ?? 'automatic', secret } }
}
