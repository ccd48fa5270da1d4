/**
 * The answers of one call in its session's log, in the order in which they were given. While Redis is away they wait here, and
 * are logged once it is back: none after the one that ends the stream, because who shows the stream reads no further.
 */
import type { RequestId } from '@modelcontextprotocol/server'
import type { Position } from '../replicas/position.ts'
import type { SessionStore } from '../sessions/session-store.ts'

export interface LoggedAnswer {
  request: RequestId
  /** JSON; empty where the request gets no answer. */
  message: string
  /** No other request of the call is open. */
  last: boolean
}

export interface AnswerLogOptions {
  sessions: SessionStore
  sessionId: string
  stream: string
  onError: (error: Error) => void
  /** Milliseconds between attempts while Redis is away. */
  again?: number
}

const AGAIN = 1_000
/** Of one answer; then nobody can be waiting any more. */
const ATTEMPTS = 120

export class AnswerLog {
  readonly #options: AnswerLogOptions
  /** The first of them is being tried. */
  readonly #waiting: LoggedAnswer[] = []

  constructor(options: AnswerLogOptions) {
    this.#options = options
  }

  /** @returns its place; `later` while Redis is away; `elsewhere` where somebody else answered in our name */
  async log(answer: LoggedAnswer): Promise<{ at: Position } | 'later' | 'elsewhere'> {
    if (this.#waiting.length > 0) {
      this.#waiting.push(answer)
      return 'later'
    }
    const { sessions, sessionId, stream, onError } = this.#options
    try {
      const at = await sessions.answer(sessionId, stream, answer)
      return at === undefined ? 'elsewhere' : { at }
    } catch (error) {
      onError(error as Error)
      this.#waiting.push(answer)
      void this.#logWaiting()
      return 'later'
    }
  }

  async #logWaiting(): Promise<void> {
    for (let answer = this.#waiting[0]; answer !== undefined; answer = this.#waiting[0]) {
      await this.#logLater(answer)
      this.#waiting.shift()
    }
  }

  async #logLater(answer: LoggedAnswer): Promise<void> {
    const { sessions, sessionId, stream, onError, again = AGAIN } = this.#options
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, again).unref())
      try {
        await sessions.answer(sessionId, stream, answer)
        return
      } catch (error) {
        onError(error as Error)
      }
    }
  }
}
