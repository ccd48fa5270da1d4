/** How a client proved itself at a provider of the tests (RFC 6749 §2.3.1, OpenID Connect Core §9). */
import type { IncomingMessage } from 'node:http'
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose'

export type ClientProofMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'
  | 'none'

export interface ExpectedClient {
  clientId: string
  clientSecret: string
  /** The public key that is registered; then nothing else proves the client. */
  clientKey: JWK | undefined
  /** Whom an assertion has to name. */
  audience: string
  /** Ids of assertions that were used. */
  used: Set<string>
}

export async function clientProof(
  request: IncomingMessage,
  form: URLSearchParams,
  expected: ExpectedClient,
): Promise<{ method: ClientProofMethod; proven: boolean; header?: Record<string, unknown> }> {
  const { clientId, clientSecret, clientKey } = expected
  const assertion = form.get('client_assertion')
  if (assertion !== null) {
    const verified = await verify(assertion, form, expected).catch(() => undefined)
    return {
      method: 'private_key_jwt',
      proven: verified !== undefined,
      ...(verified ? { header: { ...verified } } : {}),
    }
  }
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ')
  if (scheme === 'Basic') {
    const [id = '', secret = ''] = Buffer.from(credentials, 'base64').toString().split(':')
    // RFC 6749 §2.3.1: both are form-encoded first.
    const plain = new URLSearchParams(`id=${id}&secret=${secret}`)
    const proven = plain.get('id') === clientId && plain.get('secret') === clientSecret
    return { method: 'client_secret_basic', proven: proven && !clientKey }
  }
  const posted = form.get('client_secret')
  const proven = form.get('client_id') === clientId && posted === clientSecret
  return { method: posted === null ? 'none' : 'client_secret_post', proven: proven && !clientKey }
}

async function verify(assertion: string, form: URLSearchParams, expected: ExpectedClient) {
  const { clientId, clientKey, audience, used } = expected
  if (!clientKey) throw new Error('no key is registered')
  if (
    form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  ) {
    throw new Error('another type of assertion')
  }
  const { payload, protectedHeader } = await jwtVerify(
    assertion,
    createLocalJWKSet({ keys: [clientKey] }),
    {
      issuer: clientId,
      subject: clientId,
      audience,
      requiredClaims: ['exp', 'iat', 'jti'],
      maxTokenAge: '5 minutes',
    },
  )
  // jose is content with one of several; an assertion for two providers is good at neither.
  if (payload.aud !== audience) throw new Error('several audiences')
  const jti = String(payload.jti)
  if (used.has(jti)) throw new Error('a replay')
  used.add(jti)
  return protectedHeader
}
