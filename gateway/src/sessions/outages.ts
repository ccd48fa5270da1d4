/**
 * Providers that cannot be asked at present: tried again by one replica at a time, after 5 s, then twice as long up to 5
 * minutes, whoever else would like to know.
 */
import { sha256 } from '../oauth/token-value.ts'
import type { Store } from '../store/store.ts'

export type OutageKind = 'unavailable' | 'misconfigured'

export interface Outages {
  /** Undefined where the provider may be asked, by this call; else why not, and until when (ms since the epoch). */
  of(iss: string): Promise<{ kind: OutageKind; retryAt: number } | undefined>
  begin(iss: string, kind: OutageKind): Promise<void>
  end(iss: string): Promise<void>
}

/** Milliseconds. */
const FIRST_BACKOFF = 5_000
const LAST_BACKOFF = 300_000

export function createOutages({ store, now }: { store: Store; now: () => number }): Outages {
  return {
    async of(iss) {
      const id = sha256(iss)
      const outage = await store.get('outage', id)
      if (!outage) return undefined
      if (outage.retryAt > now()) return outage
      // One tries; where it dies over it, the next one may when its turn has run out.
      const turn = `outage-${id}-${outage.retryAt}`
      return (await store.claim('lock', turn, { version: 1 })) ? outage : undefined
    },
    async begin(iss, kind) {
      const id = sha256(iss)
      const known = await store.get('outage', id)
      const backoff = Math.min((known?.backoff ?? FIRST_BACKOFF / 2) * 2, LAST_BACKOFF)
      await store.put('outage', id, { version: 1, kind, retryAt: now() + backoff, backoff })
    },
    async end(iss) {
      const id = sha256(iss)
      if (await store.get('outage', id)) await store.drop('outage', id)
    },
  }
}
