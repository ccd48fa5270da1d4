/** The whole gateway in memory, with a clock, a provider and browsers of the test's own. */
import { createHash, randomBytes } from 'node:crypto'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  InjectOptions,
  LightMyRequestResponse,
} from 'fastify'
import { pino } from 'pino'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { ClientDocumentError } from '../../src/clients/client.ts'
import type { FetchedDocument, GuardedFetch } from '../../src/clients/documents/guarded-fetch.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { type Lifetimes, lifetimes } from '../../src/store/lifetimes.ts'
import type { Store } from '../../src/store/store.ts'
import { createProviders, type Providers } from '../../src/upstream/providers.ts'
import { doorStore, onRedis } from './door-store.ts'
import { createStubUpstream, ISSUER, type StubUpstream } from './stub-upstream.ts'

export interface Door {
  app: FastifyInstance
  config: Config
  store: Store
  upstream: StubUpstream
  clock: { now: number }
  /** What the network has, by URL: documents of clients, and their keys. Nothing else is within reach. */
  documents: Map<string, FetchedDocument>
  /** Every line that was logged. */
  logs: string[]
  browser(): Browser
  register(metadata?: Record<string, unknown>): Promise<RegisteredClient>
  /** Real HTTP, for what inject cannot carry: the origin to call. */
  listen(): Promise<string>
  /** A POST with a form body, as a client sends it. */
  post(
    path: string,
    form: Record<string, string> | string,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
  /** From /authorize to the page that asks who one is, in a fresh browser: the login was there before. */
  askWho(client: RegisteredClient): Promise<{ browser: Browser; page: LightMyRequestResponse }>
  /** From /authorize to the code, in a fresh browser. */
  authorize(client: RegisteredClient, more?: Record<string, string>): Promise<Authorized>
  /** The same, and the code redeemed. */
  connect(client: RegisteredClient, more?: Record<string, string>): Promise<Tokens & Authorized>
}

export interface RegisteredClient {
  client_id: string
  client_secret?: string
  redirect_uris: [string, ...string[]]
}

export interface Authorized {
  code: string
  verifier: string
  redirect: URL
}

export interface Tokens {
  access_token: string
  refresh_token: string
  expires_in: number
  scope: string
  token_type: string
}

/** What a door may have in common with its replica, and what it may reach. */
export interface SharedParts {
  clock?: Door['clock']
  upstream?: StubUpstream
  /** In place of the one stub: several providers, or real ones. */
  providersOf?: (parts: { config: Config; now: () => number; log: FastifyBaseLogger }) => Providers
  /** The door closes what it opened. */
  openStore?: (settings: { now: () => number; lifetimes: Lifetimes }) => Store
  /** In place of the network, for documents of clients; without it there are those of `documents`. */
  fetchDocument?: GuardedFetch
}

export const CLAUDE = 'https://claude.ai/api/mcp/auth_callback'

export async function openDoor(
  t: Test,
  environment: Record<string, string | undefined> = {},
  shared: SharedParts = {},
): Promise<Door> {
  const { clock = { now: Date.parse('2026-11-23T12:00:00Z') } } = shared
  const openStore = shared.openStore ?? (await doorStore(t))
  const now = () => clock.now
  const config = readConfig({
    SECRET_KEY: 'a secret key of the tests that is long enough',
    OIDC_ISSUER: ISSUER,
    OIDC_CLIENT_SECRET: 'upstream secret',
    ENROLMENT_CONTACT: 'Ask Major Anderson.',
    ...environment,
  })
  const store = openStore({ now, lifetimes: lifetimes(config) })
  const upstream = shared.upstream ?? createStubUpstream(now)
  const logs: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void logs.push(line) })
  const documents: Door['documents'] = new Map()
  const standIn = async (url: string) => {
    const fetched = documents.get(url)
    if (fetched === undefined) throw new ClientDocumentError('unreachable', 'not in this test')
    return fetched
  }
  // With development origins there is a document server on loopback, to be asked as in earnest.
  const isReal = config.CIMD_DEVELOPMENT_ORIGINS.length > 0
  const build = async (own: Store) => {
    const built = await buildApp({
      config,
      store: own,
      providers: shared.providersOf?.({ config, now, log }) ?? createProviders([upstream]),
      log,
      now,
      ...(isReal ? {} : { fetchDocument: shared.fetchDocument ?? standIn }),
    })
    t.teardown(async () => {
      await built.close()
      await own.close()
    })
    return built
  }
  const app = await build(store)
  if (onRedis && !shared.openStore) {
    takeTurns(app, await build(openStore({ now, lifetimes: lifetimes(config) })))
  }

  const door: Door = {
    app,
    config,
    store,
    upstream,
    clock,
    documents,
    logs,
    browser: () => new Browser(app, config.PUBLIC_URL.origin),
    async register(metadata = {}) {
      const response = await app.inject({
        method: 'POST',
        url: '/register',
        payload: { redirect_uris: [CLAUDE], token_endpoint_auth_method: 'none', ...metadata },
      })
      return response.json<RegisteredClient>()
    },
    listen: () => app.listen({ port: 0, host: '127.0.0.1' }),
    post: (path, form, headers = {}) =>
      app.inject({
        method: 'POST',
        url: path,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      }),
    async askWho(client) {
      upstream.identity = { ...upstream.identity, auth_time: 1_700_000_000 }
      const browser = door.browser()
      const consent = await browser.get(authorizationUrl(client).url)
      const page = await browser.comeBack(await browser.submit(consent, 'allow'))
      return { browser, page }
    },
    async authorize(client, more = {}) {
      const browser = door.browser()
      const { url, verifier } = authorizationUrl(client, more)
      const consent = await browser.get(url)
      const toProvider = await browser.submit(consent, 'allow')
      const back = await browser.comeBack(toProvider)
      const redirect = new URL(String(back.headers.location))
      return { code: redirect.searchParams.get('code') ?? '', verifier, redirect }
    },
    async connect(client, more = {}) {
      const authorized = await door.authorize(client, more)
      const response = await door.post('/token', redemption(client, authorized))
      return { ...authorized, ...response.json<Tokens>() }
    },
  }
  return door
}

/** Every other request goes to the replica, as behind a balancer without affinity. */
function takeTurns(app: FastifyInstance, replica: FastifyInstance): void {
  const own = app.inject.bind(app) as (options: InjectOptions) => Promise<LightMyRequestResponse>
  let turns = 0
  const inject = (options: InjectOptions) => (turns++ % 2 ? replica.inject(options) : own(options))
  Object.assign(app, { inject })
}

/** The token request of a client that was given a code. */
export function redemption(
  client: RegisteredClient,
  { code, verifier }: Pick<Authorized, 'code' | 'verifier'>,
): Record<string, string> {
  return {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: client.redirect_uris[0],
    client_id: client.client_id,
    ...(client.client_secret === undefined ? {} : { client_secret: client.client_secret }),
  }
}

export function refreshment(
  client: RegisteredClient,
  refresh_token: string,
): Record<string, string> {
  return {
    grant_type: 'refresh_token',
    refresh_token,
    client_id: client.client_id,
    ...(client.client_secret === undefined ? {} : { client_secret: client.client_secret }),
  }
}

export function authorizationUrl(
  client: RegisteredClient,
  more: Record<string, string | undefined> = {},
): { url: string; verifier: string } {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = Object.entries({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0],
    state: 'state-of-the-client',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { url: `/authorize?${new URLSearchParams(parameters)}`, verifier }
}

/** A browser with a cookie jar, at the gateway's own origin. */
export class Browser {
  readonly #app: FastifyInstance
  readonly #origin: string
  readonly cookies = new Map<string, string>()

  constructor(app: FastifyInstance, origin: string) {
    this.#app = app
    this.#origin = origin
  }

  async request(options: InjectOptions): Promise<LightMyRequestResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await this.#app.inject({
      ...options,
      headers: { ...options.headers, ...(cookie === '' ? {} : { cookie }) },
    })
    for (const { name, value, maxAge, expires } of response.cookies) {
      const gone = maxAge === 0 || (expires !== undefined && expires.getTime() <= 0)
      if (gone) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  get(url: string): Promise<LightMyRequestResponse> {
    return this.request({ method: 'GET', url, headers: { accept: 'text/html' } })
  }

  /** Presses a button of the page's form, as Chromium posts it. */
  submit(
    page: LightMyRequestResponse,
    decision: string,
    headers: Record<string, string> = { origin: this.#origin, 'sec-fetch-site': 'same-origin' },
    fields: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    return this.request({
      method: 'POST',
      url: '/authorize/process',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams({
        request: sealedRequest(page),
        decision,
        ...fields,
      }).toString(),
    })
  }

  /** Follows the provider's side: it sends the browser back with the state it was given. */
  comeBack(
    toProvider: LightMyRequestResponse,
    more: Record<string, string> = { code: 'upstream-code' },
  ): Promise<LightMyRequestResponse> {
    const state = new URL(String(toProvider.headers.location)).searchParams.get('state') ?? ''
    return this.get(`/callback?${new URLSearchParams({ ...more, state })}`)
  }
}

export function sealedRequest(page: LightMyRequestResponse): string {
  return /name="request" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
}
