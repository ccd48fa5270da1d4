/** One reader for each session that somebody here holds: made with the first of them, and closed with the last. */
import type { Position } from '../replicas/position.ts'
import type { Hold, SessionHolder } from './session-holder.ts'
import { SessionReader, type SessionReadersOptions } from './session-reader.ts'

export class SessionReaders {
  readonly #options: SessionReadersOptions
  readonly #readers = new Map<string, SessionReader>()

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
      reader = new SessionReader({ ...this.#options, sessionId, onUnheld })
      this.#readers.set(sessionId, reader)
    }
    return reader.hold(from, holder)
  }
}
