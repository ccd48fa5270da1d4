/** What is held open in this process: kept alive, looked after each second, and ended with the process. */

import type { Bus } from '../replicas/bus.ts'
import type { EventFeed } from '../replicas/event-feed.ts'
import type { SessionReaders } from '../sessions/session-readers.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { PersonLimits } from './person-limits.ts'

/** What whoever holds something open for a session needs. */
export interface Holding {
  sessions: SessionStore
  readers: SessionReaders
  bus: Bus
  feed: EventFeed
  streams: OpenStreams
  limits: PersonLimits
  /** Milliseconds of a session's life; an open stream is a use of it. */
  lifetime: number
  /** Milliseconds since the epoch. */
  now: () => number
  onError: (error: Error) => void
}

export interface HeldOpen {
  /** It comes to an end by itself, and gets a moment to do so when the process ends. */
  readonly mayFinish: boolean
  /** @param now milliseconds since the epoch */
  tick(now: number): void
  end(): void | Promise<void>
}

/** Milliseconds between two signs of life on a stream: less than proxies wait. */
export const KEEP_ALIVE = 15_000
/** How often in its lifetime a session is used by a stream that is open. */
export const USES = 4
/** Milliseconds. */
const TICK = 1_000
const GRACE = 700
const LOOK = 20

/** True once a period, when asked with the time; milliseconds. */
export function every(period: number, begun: number): (now: number) => boolean {
  let last = begun
  return (now) => {
    // A clock that was set back begins a period anew.
    if (now >= last && now - last < period) return false
    last = now
    return true
  }
}

export class OpenStreams {
  readonly #held = new Set<HeldOpen>()
  readonly #timer: NodeJS.Timeout

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#timer = setInterval(() => {
      const time = now()
      for (const each of [...this.#held]) each.tick(time)
    }, TICK)
    this.#timer.unref()
  }

  get size(): number {
    return this.#held.size
  }

  add(held: HeldOpen): void {
    this.#held.add(held)
  }

  delete(held: HeldOpen): void {
    this.#held.delete(held)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    for (const each of [...this.#held]) if (!each.mayFinish) void each.end()
    for (let waited = 0; this.#held.size > 0 && waited < GRACE; waited += LOOK) {
      await new Promise((resolve) => setTimeout(resolve, LOOK))
    }
    await Promise.all([...this.#held].map((each) => each.end()))
  }
}
