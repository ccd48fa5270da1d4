/** How clients prove who they are at /token (RFC 6749 §2.3, RFC 7523 §2.2), as their code writes it. */
import { randomUUID } from 'node:crypto'
import { type CryptoKey, SignJWT } from 'jose'
import type { Identity } from './real-client.ts'

export interface Proof {
  headers: Record<string, string>
  fields: Record<string, string>
}

/** @param audience where the request goes */
export type Authenticate = (identity: Identity, audience: string) => Proof | Promise<Proof>

/** `none` and `client_secret_post`: the id, and the secret where there is one. */
export const inBody: Authenticate = ({ client_id, client_secret }) => ({
  headers: {},
  fields: { client_id, ...(client_secret === undefined ? {} : { client_secret }) },
})

/** RFC 6749 §2.3.1, where there is a secret: each half percent-encoded, as the Python SDK does. */
export const basicEncoded: Authenticate = (identity, audience) =>
  identity.client_secret === undefined
    ? inBody(identity, audience)
    : basic(encodeURIComponent(identity.client_id), encodeURIComponent(identity.client_secret))

/** The same as RFC 7617 alone has it: nothing encoded, as the TypeScript SDK and rmcp do. */
export const basicRaw: Authenticate = (identity, audience) =>
  identity.client_secret === undefined
    ? inBody(identity, audience)
    : basic(identity.client_id, identity.client_secret)

function basic(user: string, password: string): Proof {
  const credentials = Buffer.from(`${user}:${password}`).toString('base64')
  return { headers: { authorization: `Basic ${credentials}` }, fields: {} }
}

/** `private_key_jwt` (OpenID Connect Core §9), RS256. */
export function byAssertion(key: CryptoKey, kid: string): Authenticate {
  return async ({ client_id }, audience) => {
    const client_assertion = await new SignJWT()
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setIssuer(client_id)
      .setSubject(client_id)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(key)
    return {
      headers: {},
      fields: {
        client_id,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      },
    }
  }
}
