/** The upstream part at a fake provider, over real HTTP, and the browser between them. */
import { pino } from 'pino'
import type { Test } from 'tap'
import { type Config, readConfig } from '../../src/config.ts'
import { publicUrls } from '../../src/oauth/issuer.ts'
import { createOpenIdProvider } from '../../src/upstream/openid-provider.ts'
import { providerSettings } from '../../src/upstream/read-provider-settings.ts'
import { type LoginOptions, type Upstream, UpstreamError } from '../../src/upstream/upstream.ts'
import { type FakeProvider, type FakeProviderOptions, startFakeProvider } from './fake-provider.ts'

export const CALLBACK = 'http://localhost:3000/callback'

export const checks = {
  state: 'state-of-this-login',
  nonce: 'nonce-of-this-login',
  codeVerifier: 'verifier-of-this-login-which-is-long-enough-for-pkce',
}

export interface AtProvider {
  provider: FakeProvider
  upstream: Upstream
  config: Config
  clock: { now: number }
  logs: string[]
}

export async function atProvider(
  t: Test,
  options: FakeProviderOptions = {},
  environment: Record<string, string | undefined> = {},
): Promise<AtProvider> {
  const provider = await startFakeProvider(options)
  t.teardown(() => provider.close())
  return { provider, ...upstreamOf(provider, environment) }
}

export function upstreamOf(
  provider: Pick<FakeProvider, 'issuer' | 'clientSecret'>,
  environment: Record<string, string | undefined> = {},
): Omit<AtProvider, 'provider'> {
  const clock = { now: Date.now() }
  const logs: string[] = []
  const config = readConfig({
    SECRET_KEY: 'a secret key of the tests that is long enough',
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    ...environment,
  })
  const [settings] = providerSettings(config)
  if (!settings) throw new Error('a provider is configured')
  const upstream = createOpenIdProvider({
    settings,
    urls: publicUrls(config.PUBLIC_URL),
    now: () => clock.now,
    log: pino({ level: 'trace' }, { write: (line: string) => void logs.push(line) }),
  })
  return { upstream, config, clock, logs }
}

/** What the browser brings back from the provider. */
export async function goThere(at: AtProvider, options: LoginOptions = {}): Promise<URL> {
  const loginUrl = await at.upstream.loginUrl(checks, options)
  // A public issuer of the tests has no address: its authorization endpoint is the fake's.
  const address = new URL(loginUrl.pathname + loginUrl.search, at.provider.discoveryUrl)
  const response = await fetch(address, { redirect: 'manual' })
  return new URL(response.headers.get('location') ?? '')
}

export async function login(at: AtProvider, options: LoginOptions = {}) {
  return at.upstream.callback(await goThere(at, options), checks)
}

/** The failure of what must fail. */
export async function failureOf(work: Promise<unknown>): Promise<UpstreamError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (cause: unknown) => cause,
  )
  if (error instanceof UpstreamError) return error
  throw error
}
