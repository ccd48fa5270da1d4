/** Seals of one process: its key dies with it. */
import { randomBytes } from 'node:crypto'
import type { Seals } from './seals.ts'

export class MemorySeals implements Seals {
  readonly #key = randomBytes(32)
  readonly #used = new Map<string, number>()
  readonly #now: () => number

  /** @param now ms since the epoch */
  constructor(now: () => number) {
    this.#now = now
  }

  async key(): Promise<Uint8Array> {
    return Uint8Array.from(this.#key)
  }

  async consume(id: string, lifetime: number): Promise<boolean> {
    const now = this.#now()
    for (const [used, end] of this.#used) if (end <= now) this.#used.delete(used)
    if (this.#used.has(id)) return false
    this.#used.set(id, now + lifetime)
    return true
  }
}
