/** How often strangers may make us write something, over all replicas: fixed windows, counted in the store. */
import { OAuthError } from '../oauth/error.ts'
import type { Store } from '../store/store.ts'
import { ownerOf } from './client-network.ts'

export interface RateLimit {
  /**
   * Counts one of that name in the present window.
   * @param window milliseconds
   * @throws OAuthError 429 with Retry-After (RFC 6585 §4) where it is one too many
   */
  spend(name: string, most: number, window: number): Promise<void>
  /** The same for one owner of addresses, and then for all: what one is refused does not count for the others. */
  spendOf(
    name: string,
    address: string,
    most: { ofOne: number; ofAll: number },
    window: number,
  ): Promise<void>
}

export function createRateLimit({ store, now }: { store: Store; now: () => number }): RateLimit {
  async function spend(name: string, most: number, window: number): Promise<void> {
    if ((await store.count(name, window)) <= most) return
    throw new OAuthError('temporarily_unavailable', 'too many requests; try again later', {
      status: 429,
      retryAfter: Math.ceil((window - (now() % window)) / 1000),
      detail: name,
    })
  }

  return {
    spend,
    async spendOf(name, address, { ofOne, ofAll }, window) {
      await spend(`${name} ${ownerOf(address)}`, ofOne, window)
      await spend(name, ofAll, window)
    },
  }
}
