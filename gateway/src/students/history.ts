/** The directory's audit trail: who linked whom, when, by which rule or command. Kept in the store, and bounded there. */
import { randomBytes } from 'node:crypto'
import type { HistoryRecord } from '../store/records/directory.ts'
import type { Store } from '../store/store.ts'

/** Steps that are kept; the oldest are forgotten first, and each after 400 days. */
const MAX_HISTORY = 10_000
const FORGET_AT_ONCE = 20

export interface Step {
  action: HistoryRecord['action']
  /** `rule: …`, `command: …`, or the person id of an instructor. */
  by: string
  personId?: string
  iss?: string
  sub?: string
  studentId?: string
  /** The student before. */
  from?: string
  detail?: string
}

export interface History {
  /** @throws StoreUnavailableError */
  add(step: Step): Promise<void>
  /** Newest first. */
  page(after?: string): Promise<{ steps: HistoryRecord[]; next: string | undefined }>
}

export function createHistory(
  { store, now }: { store: Store; now: () => number },
  most = MAX_HISTORY,
): History {
  return {
    async add(step) {
      const at = now()
      // In the order of time, so that the listing is the trail.
      const id = `${String(at).padStart(15, '0')}-${randomBytes(6).toString('hex')}`
      await store.put('history', id, { version: 1, at, ...step })
      const { total, entries } = await store.list('history', { limit: FORGET_AT_ONCE })
      for (const oldest of entries.slice(0, Math.max(0, total - most))) {
        await store.drop('history', oldest.id)
      }
    },
    async page(after) {
      const { entries, next } = await store.list('history', { after, backwards: true })
      return { steps: entries.map(({ record }) => record), next }
    },
  }
}
