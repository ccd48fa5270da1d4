/** The OAuth clients of the MCP SDKs, with a person at a browser. */
import { randomUUID } from 'node:crypto'
import {
  Client,
  type OAuthClientInformationMixed,
  type OAuthClientMetadata,
  type OAuthTokens,
  type SSEClientTransport,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import { UnauthorizedError as V1UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { SSEClientTransport as V1Sse } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as V1StreamableHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { Browser, type Page } from './browser.ts'
import { authorize, type Person } from './person.ts'

export type AuthMethod = 'none' | 'client_secret_post' | 'client_secret_basic'

const LOOPBACK_CALLBACK = 'http://127.0.0.1:33418/callback'

/** How the SDK sends its requests. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/** What an application that is built on the SDK says of itself. */
export interface Application {
  redirectUrl?: string
  metadata?: Partial<OAuthClientMetadata>
  state?: () => string
}

/** The memory of a client of the SDK, whose person is at a browser. */
export class Memory {
  readonly redirectUrl: string
  readonly clientMetadata: OAuthClientMetadata
  readonly browser: Browser
  landed: Page | undefined
  readonly #person: Person
  readonly #newState: () => string
  #state = ''
  #verifier = ''
  #client: OAuthClientInformationMixed | undefined
  #tokens: OAuthTokens | undefined

  constructor(person: Person, method: AuthMethod, application: Application = {}) {
    this.#person = person
    this.redirectUrl = application.redirectUrl ?? LOOPBACK_CALLBACK
    this.browser = new Browser(this.redirectUrl)
    this.#newState = application.state ?? randomUUID
    this.clientMetadata = {
      client_name: 'SDK client',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
      ...application.metadata,
    }
  }

  state(): string {
    this.#state = this.#newState()
    return this.#state
  }
  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.#client
  }
  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.#client = client
  }
  tokens(): OAuthTokens | undefined {
    return this.#tokens
  }
  saveTokens(tokens: OAuthTokens): void {
    this.#tokens = tokens
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier
  }
  codeVerifier(): string {
    return this.#verifier
  }
  async redirectToAuthorization(url: URL): Promise<void> {
    this.landed = await authorize(this.browser, url, this.#person)
  }

  /** What came back to the redirect URI. The SDK leaves the comparison of `state` to us. */
  answer(): URLSearchParams {
    const answer = this.landed?.url.searchParams
    if (!answer?.has('code')) throw new Error(`no code: ${this.landed?.url.pathname}`)
    if (answer.get('state') !== this.#state) throw new Error('another state came back')
    return answer
  }
}

/** How one client differs from that of the replays: its revision of MCP, its transport, what it can do for a server. */
export interface Connecting<C, T> {
  client?: () => C
  transport?: (url: URL, options: { authProvider: Memory; fetch: Fetch }) => T
}

/** Connects as the newest SDK does, from a bare 401 on. */
export async function connectSdk(
  mcpUrl: URL,
  memory: Memory,
  send: Fetch = fetch,
  {
    client = () =>
      new Client({ name: 'sdk', version: '2' }, { versionNegotiation: { mode: 'auto' } }),
    transport = (url, options) => new StreamableHTTPClientTransport(url, options),
  }: Connecting<Client, StreamableHTTPClientTransport | SSEClientTransport> = {},
): Promise<{ client: Client; close(): Promise<void> }> {
  const options = { authProvider: memory, fetch: send }
  const first = transport(mcpUrl, options)
  await expectLogin(client().connect(first))
  await first.finishAuth(memory.answer())
  const connected = client()
  await connected.connect(transport(mcpUrl, options))
  return { client: connected, close: () => connected.close() }
}

/** The same by the SDK of 2025. */
export async function connectSdkV1(
  mcpUrl: URL,
  memory: Memory,
  send: Fetch = fetch,
  {
    client = () => new V1Client({ name: 'sdk', version: '1' }),
    transport = (url, options) => new V1StreamableHttp(url, options),
  }: Connecting<V1Client, V1StreamableHttp | V1Sse> = {},
): Promise<V1Client> {
  const options = { authProvider: memory, fetch: send }
  const first = transport(mcpUrl, options)
  await expectLogin(client().connect(first as Transport))
  await first.finishAuth(memory.answer().get('code') ?? '')
  const connected = client()
  await connected.connect(transport(mcpUrl, options) as Transport)
  return connected
}

async function expectLogin(connecting: Promise<void>): Promise<void> {
  const outcome = await connecting.then(
    () => new Error('connected without a login'),
    (error: unknown) => error,
  )
  const login = outcome instanceof UnauthorizedError || outcome instanceof V1UnauthorizedError
  if (!login) throw outcome
}
