/**
 * Grants that were announced as revoked a short while ago. Whatever was read or remembered before an announcement asks
 * here before it is acted upon, so that no race between a read and a revocation is won by the read.
 */
import type { RevocationFeed } from '../store/store.ts'

export interface RevokedGrants {
  has(grantId: string): boolean
  close(): void
}

/** Longer than a read of the store may take and than a validation is remembered, in milliseconds. */
const MEMORY = 120_000

export function rememberRevoked(feed: RevocationFeed, now: () => number): RevokedGrants {
  const revokedAt = new Map<string, number>()
  const close = feed.listen({
    revoked(grantId) {
      const time = now()
      for (const [oldest, at] of revokedAt) {
        if (time - at < MEMORY) break
        revokedAt.delete(oldest)
      }
      revokedAt.delete(grantId)
      revokedAt.set(grantId, time)
    },
    lost() {},
    restored() {},
  })
  return { has: (grantId) => revokedAt.has(grantId), close }
}
