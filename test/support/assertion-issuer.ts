/**
 * A company's provider that vouches for its people: discovery, keys, and the token exchange (RFC 8693) in which a client gets an
 * Identity Assertion JWT Authorization Grant (draft-ietf-oauth-identity-assertion-authz-grant-04 §4.3) for an ID token.
 */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { decodeJwt, type JWTPayload } from 'jose'
import type { Test } from 'tap'
import { type ClientKey, createClientKey } from './client-assertion.ts'
import { loopbackServer } from './loopback-server.ts'

export interface AssertionIssuer {
  issuer: string
  /** Signed as it says, whatever it says. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
  /** What the exchange says of the clients that it knows: by their ids here, their ids at the server that is asked for. */
  clients: Map<string, string>
  /** What the exchange says of the person besides. */
  claims: Record<string, unknown>
  /** Paths that were asked for. */
  asked: string[]
  /** How the documents are answered instead: a status, or members in place of the true ones. */
  documents: { status?: number; metadata?: Record<string, unknown>; jwks?: unknown }
  rotateKey(kid?: string): Promise<void>
}

/** @param now milliseconds since the epoch */
export async function startAssertionIssuer(
  t: Test,
  now: () => number = Date.now,
): Promise<AssertionIssuer> {
  let key: ClientKey = await createClientKey('company')
  const { origin } = await loopbackServer(t, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    company.asked.push(pathname)
    const { status = 200, metadata, jwks = { keys: [key.jwk] } } = company.documents
    if (pathname === '/.well-known/openid-configuration') {
      const { issuer } = company
      const told = {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      }
      return json(response, status, { ...told, ...metadata })
    }
    if (pathname === '/jwks') return json(response, status, jwks)
    if (pathname !== '/token') return json(response, 404, {})
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => void exchange(new URLSearchParams(body), response))
  })
  async function exchange(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const client_id = company.clients.get(form.get('client_id') ?? '')
    const subject = decodeJwt(form.get('subject_token') ?? '')
    if (client_id === undefined || subject.aud !== form.get('client_id')) {
      return json(response, 400, { error: 'invalid_grant' })
    }
    const iat = Math.floor(now() / 1000)
    const assertion = await company.sign({
      iss: company.issuer,
      sub: String(subject.sub),
      aud: form.get('audience') ?? '',
      client_id,
      resource: form.get('resource') ?? undefined,
      scope: form.get('scope') ?? undefined,
      jti: randomUUID(),
      iat,
      exp: iat + 300,
      ...company.claims,
    })
    json(response, 200, {
      issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
      access_token: assertion,
      token_type: 'N_A',
      expires_in: 300,
    })
  }

  const company: AssertionIssuer = {
    issuer: origin,
    sign: (claims, header) => key.sign(claims, { typ: 'oauth-id-jag+jwt', ...header }),
    clients: new Map(),
    claims: {},
    asked: [],
    documents: {},
    async rotateKey(kid = randomUUID()) {
      key = await createClientKey(kid)
    },
  }
  return company
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json' }).end(text)
}
