/** Single records in memory: what has ended is gone when it is next looked for, or at the next sweep. */
import { sha256 } from '../oauth/token-value.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { Kind, ListedKind, Records } from './records.ts'
import { type Listed, type ListPage, MAX_LISTED, type RecordVerbs } from './store.ts'

interface Kept {
  record: unknown
  expiresAt: number
  used: boolean
}

export interface MemoryRecords {
  verbs: RecordVerbs
  sweep(): void
  clear(): void
}

/** @param options `wrote` is told of each write that adds a record */
export function createMemoryRecords(options: {
  now: () => number
  lifetimes: Lifetimes
  wrote: () => void
}): MemoryRecords {
  const { now, lifetimes, wrote } = options
  const records = new Map<string, Kept>()

  const keyOf = (kind: Kind, id: string) => `${kind}:${id}`

  function alive(key: string): Kept | undefined {
    const kept = records.get(key)
    if (kept && kept.expiresAt <= now()) {
      records.delete(key)
      return undefined
    }
    return kept
  }

  function write(kind: Kind, id: string, record: unknown, lifetime = lifetimes[kind]): void {
    records.set(keyOf(kind, id), {
      record: structuredClone(record),
      expiresAt: now() + lifetime,
      used: false,
    })
    wrote()
  }

  return {
    verbs: {
      async put(kind, id, record, lifetime) {
        write(kind, id, record, lifetime)
      },
      async get<K extends Kind>(kind: K, id: string) {
        return structuredClone(alive(keyOf(kind, id))?.record) as Records[K] | undefined
      },
      async claim<K extends Kind>(kind: K, id: string, record: Records[K], lifetime?: number) {
        const first = alive(keyOf(kind, id))
        if (first) return structuredClone(first.record) as Records[K]
        write(kind, id, record, lifetime)
        return undefined
      },
      async extend(kind, id, lifetime = lifetimes[kind]) {
        const kept = alive(keyOf(kind, id))
        if (kept) kept.expiresAt = Math.max(kept.expiresAt, now() + lifetime)
        return kept !== undefined
      },
      async replace(kind, id, record) {
        const kept = alive(keyOf(kind, id))
        if (kept) kept.record = structuredClone(record)
        return kept !== undefined
      },
      async drop(kind, id) {
        records.delete(keyOf(kind, id))
      },
      async list<K extends ListedKind>(kind: K, page: ListPage = {}): Promise<Listed<K>> {
        const { after, backwards = false } = page
        const limit = Math.min(page.limit ?? MAX_LISTED, MAX_LISTED)
        const ids = [...records.keys()]
          .filter((key) => key.startsWith(`${kind}:`) && alive(key))
          .map((key) => key.slice(kind.length + 1))
          .sort()
        if (backwards) ids.reverse()
        const rest = ids.filter(
          (id) => after === undefined || (backwards ? id < after : id > after),
        )
        const entries = rest.slice(0, limit).map((id) => ({
          id,
          record: structuredClone(alive(keyOf(kind, id))?.record) as Records[K],
        }))
        return {
          entries,
          next: rest.length > limit ? entries.at(-1)?.id : undefined,
          total: ids.length,
        }
      },
      async count(name, window) {
        const key = `count:${sha256(name)}:${Math.floor(now() / window)}`
        const counted = Number(alive(key)?.record ?? 0) + 1
        records.set(key, { record: counted, expiresAt: now() + window, used: false })
        wrote()
        return counted
      },
      async consume<K extends Kind>(kind: K, id: string) {
        const kept = alive(keyOf(kind, id))
        if (!kept) return undefined
        const first = !kept.used
        kept.used = true
        return { record: structuredClone(kept.record) as Records[K], first }
      },
      async release(id, owner) {
        const kept = alive(keyOf('link', id))
        if ((kept?.record as Records['link'] | undefined)?.owner !== owner) return false
        return records.delete(keyOf('link', id))
      },
    },
    sweep() {
      for (const key of records.keys()) alive(key)
    },
    clear: () => records.clear(),
  }
}
