/** How clients prove who they are at /token (RFC 6749 §2.3, RFC 7523 §2.2), as their code writes it. */
import { randomUUID } from 'node:crypto'
import { type CryptoKey, SignJWT } from 'jose'
import type { Identity, ServerMetadata } from './real-client.ts'

export interface Proof {
  headers: Record<string, string>
  fields: Record<string, string>
}

/** The server that has to be convinced. */
type Server = Pick<ServerMetadata, 'issuer' | 'token_endpoint'>

export type Authenticate = (identity: Identity, server: Server) => Proof | Promise<Proof>

/** `none` and `client_secret_post`: the id, and the secret where there is one. */
export const inBody: Authenticate = ({ client_id, client_secret }) => ({
  headers: {},
  fields: { client_id, ...(client_secret === undefined ? {} : { client_secret }) },
})

/** RFC 6749 §2.3.1, where there is a secret: each half percent-encoded, as the Python SDK does. */
export const basicEncoded: Authenticate = (identity, server) =>
  identity.client_secret === undefined
    ? inBody(identity, server)
    : basic(encodeURIComponent(identity.client_id), encodeURIComponent(identity.client_secret))

/** The same as RFC 7617 alone has it: nothing encoded, as the TypeScript SDK and rmcp do. */
export const basicRaw: Authenticate = (identity, server) =>
  identity.client_secret === undefined
    ? inBody(identity, server)
    : basic(identity.client_id, identity.client_secret)

function basic(user: string, password: string): Proof {
  const credentials = Buffer.from(`${user}:${password}`).toString('base64')
  return { headers: { authorization: `Basic ${credentials}` }, fields: {} }
}

/** `private_key_jwt` (OpenID Connect Core §9), RS256; C29: for the token endpoint or for the issuer, in turn. */
export function byAssertion(key: CryptoKey, kid: string): Authenticate {
  let requests = 0
  return async ({ client_id }, { token_endpoint, issuer }) => {
    const client_assertion = await new SignJWT()
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setIssuer(client_id)
      .setSubject(client_id)
      .setAudience(requests++ % 2 === 0 ? token_endpoint : issuer)
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
