/** The whole gateway with its real upstream part at several providers that misbehave on demand, side by side. */
import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { publicUrls } from '../../src/oauth/issuer.ts'
import { createOpenIdProvider } from '../../src/upstream/openid-provider.ts'
import { createProviders, type Providers } from '../../src/upstream/providers.ts'
import { providerSettings } from '../../src/upstream/read-provider-settings.ts'
import {
  authorizationUrl,
  type Browser,
  type Door,
  openDoor,
  type RegisteredClient,
} from './door.ts'
import { type FakeProvider, type FakeProviderOptions, startFakeProvider } from './fake-provider.ts'

export interface DoorAtProviders {
  door: Door
  company: FakeProvider
  partner: FakeProvider
  client: RegisteredClient
  providers: Providers
  /** From /authorize to the redirect that leads to that provider. */
  leave(
    browser: Browser,
    provider: string,
    more?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
  /** The browser at the provider: the address to which it is sent back. */
  visit(toProvider: LightMyRequestResponse): Promise<URL>
}

export async function doorAtProviders(
  t: Test,
  options: { company?: FakeProviderOptions; partner?: FakeProviderOptions } = {},
  environment: Record<string, string> = {},
): Promise<DoorAtProviders> {
  const start = async (how: FakeProviderOptions = {}) => {
    const provider = await startFakeProvider(how)
    t.teardown(() => provider.close())
    return provider
  }
  const company = await start({ clientId: 'gateway-at-company', ...options.company })
  const partner = await start({ clientId: 'gateway-at-partner', ...options.partner })
  let providers: Providers | undefined
  const entry = (id: string, { issuer, clientId, clientSecret }: FakeProvider) => ({
    id,
    name: { en: `The ${id}`, ko: `${id} 계정` },
    issuer,
    client_id: clientId,
    client_secret: clientSecret,
    email_domains: [`${id}.example`],
  })
  const door = await openDoor(
    t,
    {
      OIDC_ISSUER: undefined,
      OIDC_CLIENT_SECRET: undefined,
      PROVIDERS: JSON.stringify([entry('company', company), entry('partner', partner)]),
      ...environment,
    },
    {
      // The providers date their logins by the real clock.
      clock: { now: Date.now() },
      providersOf: ({ config, now, log }) => {
        const urls = publicUrls(config.PUBLIC_URL)
        providers ??= createProviders(
          providerSettings(config).map((settings) =>
            createOpenIdProvider({ settings, urls, now, log }),
          ),
        )
        return providers
      },
    },
  )
  if (!providers) throw new Error('the door asks for its providers')
  const client = await door.register()
  return {
    door,
    company,
    partner,
    client,
    providers,
    async leave(browser, provider, more = {}) {
      const page = await browser.get(authorizationUrl(client, more).url)
      return browser.submit(page, 'allow', undefined, { provider })
    },
    async visit(toProvider) {
      const response = await fetch(String(toProvider.headers.location), { redirect: 'manual' })
      return new URL(response.headers.get('location') ?? '')
    },
  }
}
