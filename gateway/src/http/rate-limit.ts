/** How often strangers may make us write something, over all replicas: fixed windows, counted in the store. */
import { OAuthError } from '../oauth/error.ts'
import type { Store } from '../store/store.ts'

export interface RateLimit {
  /**
   * Counts one of that name in the present window.
   * @param window milliseconds
   * @throws OAuthError 429 with Retry-After (RFC 6585 §4) where it is one too many
   */
  spend(name: string, most: number, window: number): Promise<void>
  /**
   * The same for one owner of addresses, and then for all: what one is refused does not count for the others. Who asked no more
   * than `ofEach` times is let in even then: so no flood from many addresses keeps everybody out.
   * @param owner as `ownerOf` has it
   */
  spendOf(
    name: string,
    owner: string,
    most: { ofOne: number; ofAll: number; ofEach?: number },
    window: number,
  ): Promise<void>
}

export function createRateLimit({ store, now }: { store: Store; now: () => number }): RateLimit {
  function tooMany(name: string, window: number): OAuthError {
    return new OAuthError('temporarily_unavailable', 'too many requests; try again later', {
      status: 429,
      retryAfter: Math.ceil((window - (now() % window)) / 1000),
      detail: name,
    })
  }

  return {
    async spend(name, most, window) {
      if ((await store.count(name, window)) > most) throw tooMany(name, window)
    },
    async spendOf(name, owner, { ofOne, ofAll, ofEach = 0 }, window) {
      const own = await store.count(`${name} ${owner}`, window)
      if (own > ofOne) throw tooMany(`${name} ${owner}`, window)
      const all = await store.count(name, window)
      if (all > ofAll && own > ofEach) throw tooMany(name, window)
    },
  }
}
