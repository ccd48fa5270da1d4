/** The whole gateway with its real upstream part at a provider that misbehaves on demand. */
import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { upstreamOf } from './at-provider.ts'
import { type Door, openDoor } from './door.ts'
import { type FakeProvider, type FakeProviderOptions, startFakeProvider } from './fake-provider.ts'

export interface DoorAtProvider {
  door: Door
  provider: FakeProvider
  /** The browser at the provider: the address to which it is sent back. */
  atProvider(toProvider: LightMyRequestResponse): Promise<URL>
}

export async function doorAtProvider(
  t: Test,
  options: FakeProviderOptions = {},
): Promise<DoorAtProvider> {
  const provider = await startFakeProvider(options)
  t.teardown(() => provider.close())
  const door = await openDoor(t, { OIDC_ISSUER: provider.issuer })
  const { issuer, loginUrl, callback, refresh, verifyLogoutToken } = upstreamOf(provider).upstream
  Object.assign(door.upstream, { issuer, loginUrl, callback, refresh, verifyLogoutToken })
  // The provider dates its logins by the real clock.
  door.clock.now = Date.now()
  return {
    door,
    provider,
    async atProvider(toProvider) {
      const response = await fetch(String(toProvider.headers.location), { redirect: 'manual' })
      return new URL(response.headers.get('location') ?? '')
    },
  }
}
