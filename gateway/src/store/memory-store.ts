/**
 * The store of one process, for the embedded default: the same promises as Redis (ADR 5), kept until the process ends.
 *
 * Each verb is synchronous inside, so it is atomic. What is returned is a copy. Expired records are swept as others are
 * written, so memory is bounded by what is alive.
 */

import type { Lifetimes } from './lifetimes.ts'
import { createMemoryGrants } from './memory-grants.ts'
import { createMemoryRecords } from './memory-records.ts'
import type { Store } from './store.ts'

/** Writes between two sweeps. */
const SWEEP_EVERY = 512

export function createMemoryStore(options: { now: () => number; lifetimes: Lifetimes }): Store {
  let writes = 0
  const wrote = () => {
    if (++writes % SWEEP_EVERY !== 0) return
    records.sweep()
    grants.sweep()
  }
  const records = createMemoryRecords({ ...options, wrote })
  const grants = createMemoryGrants({ now: options.now, wrote })
  return {
    ...records.verbs,
    ...grants.verbs,
    revocations: grants.revocations,
    async ping() {},
    async close() {
      records.clear()
      grants.clear()
    },
  }
}
