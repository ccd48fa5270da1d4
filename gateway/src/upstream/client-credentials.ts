/** How we prove to a provider that we are its client (RFC 6749 §2.3, OpenID Connect Core §9). */
import * as oidc from 'openid-client'
import type { Secret } from '../secret.ts'
import type { ClientKey } from './client-key.ts'

export const CLIENT_AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
] as const
/** Whom an assertion of ours names as its audience. */
export const ASSERTION_AUDIENCES = ['issuer', 'token_endpoint'] as const

export type ClientCredentials =
  | { method: 'automatic' | 'client_secret_basic' | 'client_secret_post'; secret: Secret }
  | {
      method: 'private_key_jwt'
      key: ClientKey
      audience: (typeof ASSERTION_AUDIENCES)[number]
    }

export function clientAuth(credentials: ClientCredentials): oidc.ClientAuth {
  if (credentials.method === 'private_key_jwt') return privateKeyJwt(credentials)
  const post = oidc.ClientSecretPost(credentials.secret.reveal())
  const basic = oidc.ClientSecretBasic(credentials.secret.reveal())
  if (credentials.method === 'client_secret_post') return post
  if (credentials.method === 'client_secret_basic') return basic
  // OpenID Connect Discovery §3: a provider that lists nothing speaks Basic.
  return (as, client, body, headers) => {
    const listsPost = as.token_endpoint_auth_methods_supported?.includes('client_secret_post')
    return (listsPost ? post : basic)(as, client, body, headers)
  }
}

function privateKeyJwt({
  key,
  audience,
}: Extract<ClientCredentials, { method: 'private_key_jwt' }>): oidc.ClientAuth {
  return async (as, client, body, headers) => {
    const signing = {
      key: await key.cryptoKey(),
      ...(key.keyId === undefined ? {} : { kid: key.keyId }),
    }
    const sign = oidc.PrivateKeyJwt(signing, {
      [oidc.modifyAssertion](header, payload) {
        if (key.thumbprint !== undefined) header['x5t#S256'] = key.thumbprint
        // OpenID Connect Core §9 has the token endpoint, which some providers still insist on; the issuer is what is safe
        // with several providers: no assertion for one is good at another.
        if (audience === 'token_endpoint') payload.aud = as.token_endpoint as string
      },
    })
    return sign(as, client, body, headers)
  }
}
