/** One reader for each session that somebody here holds: made with the first of them, and closed with the last. */
import type { Position } from '../replicas/position.ts'
import type { Hold, SessionHolder } from './session-holder.ts'
import { SessionReader, type SessionReadersOptions } from './session-reader.ts'

/**
 * Readings at once after a gap of the bus, when every session is read: ten thousand at once would all be late, and then all be
 * tried again.
 */
export const MOST_RECOVERING = 256

export class SessionReaders {
  readonly #options: SessionReadersOptions
  readonly #readers = new Map<string, SessionReader>()
  #recovering = 0
  readonly #turns: (() => void)[] = []

  constructor(options: SessionReadersOptions) {
    this.#options = options
  }

  /** How many sessions are held here. */
  get size(): number {
    return this.#readers.size
  }

  /** @param from the place in the log after which everything is given */
  hold(sessionId: string, from: Position, holder: SessionHolder): Hold {
    let reader = this.#readers.get(sessionId)
    if (reader === undefined) {
      const onUnheld = () => void this.#readers.delete(sessionId)
      const inTurn = (read: () => Promise<unknown>) => this.#inTurn(read)
      reader = new SessionReader({ ...this.#options, sessionId, inTurn, onUnheld })
      this.#readers.set(sessionId, reader)
    }
    return reader.hold(from, holder)
  }
  /** Who ends hands their turn on to who has waited longest. */
  async #inTurn(read: () => Promise<unknown>): Promise<void> {
    if (this.#recovering < MOST_RECOVERING) this.#recovering++
    else await new Promise<void>((begin) => void this.#turns.push(begin))
    try {
      await read()
    } finally {
      const next = this.#turns.shift()
      if (next === undefined) this.#recovering--
      else next()
    }
  }
}
