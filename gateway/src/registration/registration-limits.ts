/**
 * How many new registrations there may be (C23, C24): by address, and in all. Networks behind which many people share few
 * addresses, as hosted Claude's, are counted apart: no flood from elsewhere locks them out, nor one of theirs the others.
 */
import type { Config } from '../config.ts'
import { createNetworkOf, ownerOf } from '../http/client-network.ts'
import { OAuthError } from '../oauth/error.ts'
import type { Store } from '../store/store.ts'

export interface RegistrationLimits {
  /** Counts one. @throws OAuthError 429 (RFC 6585 §4) where it is one too many */
  spend(address: string): Promise<void>
}

/** Milliseconds. */
const HOUR = 3_600_000

export function createRegistrationLimits(parts: {
  config: Pick<Config, 'DCR_PER_ADDRESS' | 'DCR_PER_HOUR' | 'DCR_SHARED_NETWORKS'>
  store: Store
  now: () => number
}): RegistrationLimits {
  const { config, store, now } = parts
  const networkOf = createNetworkOf(config.DCR_SHARED_NETWORKS)

  async function within(name: string, most: number): Promise<void> {
    if ((await store.count(`registrations ${name}`, HOUR)) <= most) return
    throw new OAuthError('temporarily_unavailable', 'too many registrations; try again later', {
      status: 429,
      retryAfter: Math.ceil((HOUR - (now() % HOUR)) / 1000),
      detail: name,
    })
  }

  return {
    async spend(address) {
      const network = networkOf(address)
      if (network !== undefined) return within(network, config.DCR_PER_HOUR)
      // The address first: what it is refused does not count for all.
      await within(ownerOf(address), config.DCR_PER_ADDRESS)
      await within('of all', config.DCR_PER_HOUR)
    },
  }
}
