/**
 * Validations that are believed for a while without asking the store (docs/adr/0013).
 *
 * One second at most; longer only while the feed of revocations is proven live. Losing the feed empties the cache and
 * bypasses it until it is back, and a fill that began before is not kept. So a revocation is obeyed within two seconds
 * even where its announcement is lost, and at once where it arrives. The same goes for a grant that was narrowed: what was
 * read of it before is forgotten.
 */
import type { TokenReference } from '../oauth/token-value.ts'
import type { RevocationFeed } from '../store/store.ts'
import type { RevokedGrants } from './revoked-grants.ts'

export interface Validation {
  readonly grantId: string
  /** Milliseconds since the epoch: not to be believed any longer, whatever the feed says. */
  readonly believedUntil: number
}

export interface TokenCache<V extends Validation> {
  get(reference: TokenReference): V | undefined
  /** Reads, keeps and returns. Undefined for what `read` does not find and for a grant revoked in the meantime. */
  fill(reference: TokenReference, read: () => Promise<V | undefined>): Promise<V | undefined>
  close(): void
}

export interface TokenCacheOptions {
  feed: RevocationFeed
  revoked: RevokedGrants
  now: () => number
  /** Entries; the oldest goes first. Only valid tokens get in. */
  limit?: number
}

/** Milliseconds that a validation is believed on its own. */
const UNPROVEN_LIFE = 1000
const LIMIT = 10_000

export function createTokenCache<V extends Validation>({
  feed,
  revoked,
  now,
  limit = LIMIT,
}: TokenCacheOptions): TokenCache<V> {
  const entries = new Map<string, { validation: V; readAt: number }>()
  /** One read at a time for one token. */
  const reads = new Map<string, Promise<V | undefined>>()
  /** How often a grant was narrowed while something of it was read; gone with its last read. */
  const narrowed = new Map<string, { times: number; readers: number }>()
  let losses = 0
  let bypassed = false
  const close = feed.listen({
    revoked() {},
    narrowed(grantId) {
      for (const [hash, { validation }] of entries) {
        if (validation.grantId === grantId) entries.delete(hash)
      }
      const reading = narrowed.get(grantId)
      if (reading) reading.times++
    },
    lost() {
      losses++
      bypassed = true
      entries.clear()
      reads.clear()
    },
    restored() {
      bypassed = false
    },
  })

  async function readAndKeep(
    { hash, grantId }: TokenReference,
    read: () => Promise<V | undefined>,
  ): Promise<V | undefined> {
    // The age counts from before the read: what it returns may be as old as that.
    const readAt = now()
    const lossesBefore = losses
    const reading = narrowed.get(grantId) ?? { times: 0, readers: 0 }
    const timesBefore = reading.times
    reading.readers++
    narrowed.set(grantId, reading)
    const validation = await read().finally(() => {
      if (--reading.readers === 0) narrowed.delete(grantId)
    })
    if (validation === undefined || revoked.has(grantId)) return undefined
    if (reading.times !== timesBefore) return undefined
    if (losses === lossesBefore && !bypassed) {
      entries.delete(hash)
      entries.set(hash, { validation, readAt })
      if (entries.size > limit) entries.delete(entries.keys().next().value ?? '')
    }
    return validation
  }

  return {
    get({ hash, grantId }) {
      const entry = entries.get(hash)
      if (entry === undefined) return undefined
      const time = now()
      const fresh =
        time < entry.validation.believedUntil &&
        (feed.live || time - entry.readAt < UNPROVEN_LIFE) &&
        !revoked.has(grantId)
      if (fresh) return entry.validation
      entries.delete(hash)
      return undefined
    },

    fill(reference, read) {
      if (bypassed) return readAndKeep(reference, read)
      const { hash } = reference
      const under = reads.get(hash)
      // The grant may have been revoked since that read began.
      if (under !== undefined)
        return under.then((found) => (revoked.has(reference.grantId) ? undefined : found))
      const reading = readAndKeep(reference, read).finally(() => {
        if (reads.get(hash) === reading) reads.delete(hash)
      })
      reads.set(hash, reading)
      return reading
    },

    close,
  }
}
