/**
 * Redis that is away, in the log: a line when it is lost and one when it is back, however many notice it and however often.
 * Whether it is back is known from nobody's noticing any more; the bus asks each second.
 */
import type { FastifyBaseLogger } from 'fastify'
import { StoreUnavailableError } from '../redis/ask.ts'

/** Milliseconds without a failure, after which the store is taken to be back. */
const QUIET = 5_000

export class OutageLog {
  readonly #log: Pick<FastifyBaseLogger, 'error' | 'info'>
  readonly #quiet: number
  #lost: NodeJS.Timeout | undefined

  constructor(log: Pick<FastifyBaseLogger, 'error' | 'info'>, quiet = QUIET) {
    this.#log = log
    this.#quiet = quiet
  }

  note(error: Error): void {
    if (this.#lost !== undefined) {
      this.#lost.refresh()
      return
    }
    this.#log.error({ err: error }, 'Redis is lost; trying again')
    this.#lost = setTimeout(() => {
      this.#lost = undefined
      this.#log.info('Redis is back')
    }, this.#quiet)
    this.#lost.unref()
  }

  /** Logs what failed: an outage as such, everything else with this message. */
  reporter(message: string): (error: Error) => void {
    return (error) => {
      if (error instanceof StoreUnavailableError) this.note(error)
      else this.#log.error({ err: error }, message)
    }
  }
}
