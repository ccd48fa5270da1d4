/**
 * An OpenID provider on loopback that logs in whoever the test says, at once, and misbehaves on demand: what no real
 * provider can be asked to do.
 */
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { base64url, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { answerBadly, type BadAnswer, json } from './bad-answer.ts'
import { type ClientProofMethod, clientProof } from './client-proof.ts'

export interface FakePerson {
  sub: string
  sid?: string
  /** Seconds since the epoch; the moment of the authorization by default, `null` to keep silent. */
  auth_time?: number | null
  /** In the ID token and in userinfo. */
  claims?: Record<string, unknown>
}

export const ender: FakePerson = {
  sub: 'sub-of-ender',
  sid: 'sid-of-ender',
  claims: {
    name: 'Ender Wiggin',
    preferred_username: 'ender',
    student_id: 'BS-2401',
    realm_access: { roles: ['student'] },
  },
}

const ENDPOINTS = ['discovery', 'authorize', 'token', 'jwks', 'userinfo'] as const
export type FakeEndpoint = (typeof ENDPOINTS)[number]

/** Changes to members of a JSON object: `undefined` takes one out. */
type Changes = Record<string, unknown>

export interface Misbehaviour {
  /** How an endpoint answers instead. */
  answers?: { [E in FakeEndpoint]?: BadAnswer }
  metadata?: Changes
  /** Published in place of its own keys. */
  keys?: readonly unknown[]
  idToken?: Changes
  /** Signed by nobody, by a key that is not in the JWKS, or with a public value as HMAC key. */
  signature?: 'none' | 'stranger' | 'hs256-secret' | 'hs256-public-key' | 'cut'
  userinfo?: Changes
  tokens?: Changes
  /** Parameters of the way back to the client: `error`, another `iss`, another `state`. */
  authorizationResponse?: Record<string, string | undefined>
}

export interface FakeProvider {
  issuer: string
  clientId: string
  clientSecret: string
  discoveryUrl: string
  /** How often each endpoint was called. */
  calls: Record<FakeEndpoint, number>
  /** Any other path that was called. */
  strays: string[]
  /** The parameters of each authorization request: scope, prompt, login_hint … */
  authorizations: URLSearchParams[]
  /** How the client proved itself at the token endpoint. */
  clientAuthentications: ClientProofMethod[]
  /** The headers of client assertions that were good. */
  assertionHeaders: Record<string, unknown>[]
  /** Who comes back from /authorize from now on. */
  login(person: FakePerson): void
  /** From now on, until the next call. Without an argument it behaves. */
  misbehave(how?: Misbehaviour): void
  /** Refresh tokens that were presented, good ones and bad. */
  refreshes: string[]
  /** Whose refreshes are `invalid_grant` from now on: logged out, or disabled. */
  ended: Set<string>
  /** A JWT with its key, as `misbehave` says; a member of the header may be taken out with `undefined`. */
  sign(claims: Record<string, unknown>, header?: Changes): Promise<string>
  /** A new signing key; the old one leaves the JWKS. */
  rotateKey(): Promise<void>
  close(): Promise<void>
}

export interface FakeProviderOptions {
  clientId?: string
  clientSecret?: string
  /** The client's public key: then only an assertion signed with it proves the client. */
  clientKey?: JWK
  assertionAudience?: 'issuer' | 'token_endpoint'
  /** Members of the discovery document, besides the ordinary ones. */
  metadata?: Changes
  /** The issuer it claims, where that is not its own address: a public name in front of an internal one. */
  issuer?: string
  /** The clock of `auth_time`; tokens are dated by the real one, as openid-client reads that. */
  now?: () => number
  port?: number
  /** Each refresh gives another refresh token, and a spent one is refused. */
  rotates?: boolean
}

interface Login {
  person: FakePerson
  parameters: URLSearchParams
  authTime: number
}

export async function startFakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  const { clientId = 'mcp-gateway', clientSecret = 'upstream secret', now = Date.now } = options
  const codes = new Map<string, Login>()
  const accessTokens = new Map<string, Login>()
  const refreshTokens = new Map<string, Login>()
  const used = new Set<string>()
  let person = ender
  let wrong: Misbehaviour = {}
  let key = await newKey()
  const stranger = await newKey()

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = options.issuer ?? origin

  const provider: FakeProvider = {
    issuer,
    clientId,
    clientSecret,
    discoveryUrl: `${origin}/.well-known/openid-configuration`,
    calls: { discovery: 0, authorize: 0, token: 0, jwks: 0, userinfo: 0 },
    strays: [],
    authorizations: [],
    clientAuthentications: [],
    assertionHeaders: [],
    refreshes: [],
    ended: new Set(),
    sign,
    login(who) {
      person = who
    },
    misbehave(how = {}) {
      wrong = how
    },
    async rotateKey() {
      key = await newKey()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const name = url.pathname.endsWith('/.well-known/openid-configuration')
      ? 'discovery'
      : ENDPOINTS.find((endpoint) => url.pathname === `/${endpoint}`)
    if (!name) {
      provider.strays.push(url.pathname)
      response.writeHead(404).end()
      return
    }
    provider.calls[name]++
    const bad = wrong.answers?.[name]
    if (bad !== undefined) return answerBadly(bad, response)
    switch (name) {
      case 'discovery':
        return json(response, 200, change(metadata(), wrong.metadata))
      case 'jwks':
        return json(response, 200, { keys: wrong.keys ?? [key.jwk] })
      case 'authorize':
        return authorize(url.searchParams, response)
      case 'token':
        return token(request, response)
      case 'userinfo':
        return userinfo(request, response)
    }
  }

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${origin}/token`,
    jwks_uri: `${origin}/jwks`,
    userinfo_endpoint: `${origin}/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    authorization_response_iss_parameter_supported: true,
    ...options.metadata,
  })

  function authorize(parameters: URLSearchParams, response: ServerResponse): void {
    provider.authorizations.push(parameters)
    const code = randomUUID()
    codes.set(code, { person, parameters, authTime: Math.floor(now() / 1000) })
    const back = new URL(parameters.get('redirect_uri') ?? '')
    const answer = { code, state: parameters.get('state'), iss: issuer }
    for (const [member, value] of Object.entries(change(answer, wrong.authorizationResponse))) {
      back.searchParams.set(member, String(value))
    }
    response.writeHead(303, { location: back.href }).end()
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await textOf(request))
    const login = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    if (!(await isOurClient(request, form))) {
      return json(response, 401, { error: 'invalid_client' })
    }
    if (form.get('grant_type') === 'refresh_token') return refresh(form, response)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (
      form.get('grant_type') !== 'authorization_code' ||
      form.get('redirect_uri') !== login?.parameters.get('redirect_uri') ||
      challenge !== login.parameters.get('code_challenge')
    ) {
      return json(response, 400, { error: 'invalid_grant' })
    }
    const isOffline = login.parameters.get('scope')?.split(' ').includes('offline_access')
    const answer = {
      ...(await tokensOf(login)),
      ...(isOffline ? { refresh_token: newRefreshToken(login) } : {}),
    }
    json(response, 200, change(answer, wrong.tokens))
  }

  async function tokensOf(login: Login) {
    const accessToken = `access-${randomUUID()}`
    accessTokens.set(accessToken, login)
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 300,
      id_token: await idToken(login),
    }
  }

  function newRefreshToken(login: Login): string {
    const refreshToken = `refresh-${randomUUID()}`
    refreshTokens.set(refreshToken, login)
    return refreshToken
  }

  async function refresh(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const presented = form.get('refresh_token') ?? ''
    provider.refreshes.push(presented)
    const login = refreshTokens.get(presented)
    if (!login || provider.ended.has(login.person.sub)) {
      return json(response, 400, { error: 'invalid_grant' })
    }
    if (options.rotates) refreshTokens.delete(presented)
    // OpenID Connect Core §12.2: no nonce; and the claims of the person as they are by now.
    const isStill = person.sub === login.person.sub
    const now = {
      ...login,
      parameters: new URLSearchParams(),
      person: isStill ? person : login.person,
    }
    const answer = {
      ...(await tokensOf(now)),
      ...(options.rotates ? { refresh_token: newRefreshToken(login) } : {}),
    }
    json(response, 200, change(answer, wrong.tokens))
  }

  async function isOurClient(request: IncomingMessage, form: URLSearchParams): Promise<boolean> {
    const { method, proven, header } = await clientProof(request, form, {
      clientId,
      clientSecret,
      clientKey: options.clientKey,
      audience: options.assertionAudience === 'token_endpoint' ? `${origin}/token` : issuer,
      used,
    })
    provider.clientAuthentications.push(method)
    if (header) provider.assertionHeaders.push(header)
    return proven
  }

  async function idToken({ person, parameters, authTime }: Login): Promise<string> {
    const iat = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      sub: person.sub,
      aud: clientId,
      iat,
      exp: iat + 300,
      nonce: parameters.get('nonce') ?? undefined,
      ...(person.sid === undefined ? {} : { sid: person.sid }),
      ...(person.auth_time === null ? {} : { auth_time: person.auth_time ?? authTime }),
      ...person.claims,
    }
    return sign(change(claims, wrong.idToken))
  }

  async function sign(claims: Record<string, unknown>, header: Changes = {}): Promise<string> {
    const part = (value: unknown) => base64url.encode(JSON.stringify(value))
    switch (wrong.signature) {
      case 'none':
        return `${part({ alg: 'none' })}.${part(claims)}.`
      case 'hs256-secret':
      case 'hs256-public-key': {
        const secret = wrong.signature === 'hs256-secret' ? clientSecret : JSON.stringify(key.jwk)
        const input = `${part({ alg: 'HS256', kid: key.jwk.kid })}.${part(claims)}`
        return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
      }
      default: {
        const { jwk, privateKey } = wrong.signature === 'stranger' ? stranger : key
        const signed = await new SignJWT(claims)
          // The stranger uses the name of the key that is trusted.
          .setProtectedHeader({
            alg: 'ES256',
            kid: key.jwk.kid ?? String(jwk.kid),
            ...header,
          })
          .sign(privateKey)
        return wrong.signature === 'cut' ? `${signed.slice(0, signed.lastIndexOf('.'))}.` : signed
      }
    }
  }

  function userinfo(request: IncomingMessage, response: ServerResponse): void {
    const login = accessTokens.get((request.headers.authorization ?? '').replace('Bearer ', ''))
    if (!login) {
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
      return
    }
    const claims = { sub: login.person.sub, ...login.person.claims }
    json(response, 200, change(claims, wrong.userinfo))
  }

  return provider
}

async function newKey() {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: randomUUID() }
  return { jwk, privateKey }
}

function change(object: object, changes: Changes = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...object, ...changes }).filter(([, value]) => value !== undefined),
  )
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
