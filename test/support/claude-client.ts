/** Claude as it was in 2025, step by step: dynamic registration, scope `claudeai`, PKCE, no `resource`, form bodies. */
import { createHash, randomBytes } from 'node:crypto'
import { Browser } from './browser.ts'
import { authorize, type Person } from './person.ts'

export const CLAUDE_CALLBACK = 'https://claude.ai/api/mcp/auth_callback'

export interface RegisteredClient {
  client_id: string
  client_secret?: string
  redirect_uris: string[]
  token_endpoint_auth_method: string
}

export interface Tokens {
  access_token: string
  refresh_token: string
  scope: string
  token_type: string
  expires_in: number
}

export class ClaudeClient {
  readonly origin: string
  readonly registered: RegisteredClient

  static async register(
    origin: string,
    metadata: Record<string, unknown> = {},
  ): Promise<ClaudeClient> {
    const response = await fetch(`${origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'claudeai',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        scope: 'claudeai',
        redirect_uris: [CLAUDE_CALLBACK],
        ...metadata,
      }),
    })
    if (response.status !== 201) throw new Error(`registration was answered ${response.status}`)
    return new ClaudeClient(origin, (await response.json()) as RegisteredClient)
  }

  constructor(origin: string, registered: RegisteredClient) {
    this.origin = origin
    this.registered = registered
  }

  get redirectUri(): string {
    return this.registered.redirect_uris[0] ?? ''
  }

  browser(): Browser {
    return new Browser(this.redirectUri)
  }

  authorization(more: Record<string, string> = {}): { url: URL; verifier: string; state: string } {
    const verifier = randomBytes(32).toString('base64url')
    const state = randomBytes(32).toString('base64url')
    const url = new URL('/authorize', this.origin)
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: this.registered.client_id,
      redirect_uri: this.redirectUri,
      scope: 'claudeai',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    }).toString()
    return { url, verifier, state }
  }

  /** Through the browser to a code. */
  async code(
    person: Person,
    browser = this.browser(),
  ): Promise<{ code: string; verifier: string; answer: URLSearchParams }> {
    const { url, verifier, state } = this.authorization()
    const page = await authorize(browser, url, person)
    const answer = page.url.searchParams
    const code = page.status === 0 ? answer.get('code') : null
    if (code === null || answer.get('state') !== state) {
      throw new Error(`${person.username} got no code: ${page.status} ${page.url.pathname}`)
    }
    return { code, verifier, answer }
  }

  redeem({ code, verifier }: { code: string; verifier: string }): Promise<Response> {
    return this.post('/token', {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: this.redirectUri,
    })
  }

  refresh(refresh_token: string, origin = this.origin): Promise<Response> {
    return this.post('/token', { grant_type: 'refresh_token', refresh_token }, origin)
  }

  revoke(token: string, origin = this.origin): Promise<Response> {
    return this.post('/revoke', { token }, origin)
  }

  post(path: string, form: Record<string, string>, origin = this.origin): Promise<Response> {
    const { client_id, client_secret } = this.registered
    const secret = client_secret === undefined ? {} : { client_secret }
    return fetch(`${origin}${path}`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, client_id, ...secret }),
    })
  }

  /** From /authorize to tokens. */
  async connect(person: Person, browser = this.browser()): Promise<Tokens> {
    const response = await this.redeem(await this.code(person, browser))
    if (!response.ok) throw new Error(`the code was answered ${response.status}`)
    return (await response.json()) as Tokens
  }
}
