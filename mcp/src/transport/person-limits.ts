/**
 * What one person may have of this process, so that nobody takes all of it. Who asks too much is refused with 429 (RFC 6585 §4)
 * and Retry-After. Streams to listen on are not refused: the oldest ends, since it may be one whose client left without a word.
 */
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { UNAVAILABLE } from './json-rpc-error.ts'
import { Refused } from './refused.ts'

export interface PersonLimitsOptions {
  /** Requests at a time. */
  calls: number
  /** Streams at a time. */
  streams: number
  /** In a minute. */
  completions: number
  /** Milliseconds since the epoch. */
  now: () => number
}

interface Listening {
  end(): unknown
}

const COMPLETE = 'completion/complete'
const MINUTE = 60_000

export class PersonLimits {
  readonly #options: PersonLimitsOptions
  readonly #calls = new Map<string, number>()
  /** Of each person, oldest first. */
  readonly #streams = new Map<string, Set<Listening>>()
  readonly #completions = new Map<string, number>()
  #minute = 0

  constructor(options: PersonLimitsOptions) {
    this.#options = options
  }

  /**
   * @returns to be called when they are over
   * @throws Refused 429
   */
  beginCalls(person: string, count: number): () => void {
    const running = (this.#calls.get(person) ?? 0) + count
    const { calls } = this.#options
    if (running > calls) throw tooMany(`No more than ${calls} requests at a time`, 1)
    this.#calls.set(person, running)
    let over = false
    return () => {
      if (over) return
      over = true
      const left = (this.#calls.get(person) ?? 0) - count
      if (left > 0) this.#calls.set(person, left)
      else this.#calls.delete(person)
    }
  }

  /** @returns to be called when it is over */
  beginStream(person: string, stream: Listening): () => void {
    const streams = this.#streams.get(person) ?? new Set()
    this.#streams.set(person, streams.add(stream))
    const [oldest] = streams
    if (streams.size > this.#options.streams && oldest !== undefined) {
      streams.delete(oldest)
      oldest.end()
    }
    return () => {
      streams.delete(stream)
      if (streams.size === 0 && this.#streams.get(person) === streams) this.#streams.delete(person)
    }
  }

  /**
   * MCP Completion, "Security": there is a limit of rate.
   * @throws Refused 429
   */
  countCompletions(person: string, messages: readonly JSONRPCMessage[]): void {
    const asked = messages.filter((each) => 'method' in each && each.method === COMPLETE).length
    if (asked === 0) return
    const { completions, now } = this.#options
    const time = now()
    const minute = Math.floor(time / MINUTE)
    if (minute !== this.#minute) this.#completions.clear()
    this.#minute = minute
    const counted = (this.#completions.get(person) ?? 0) + asked
    if (counted > completions) {
      const left = Math.ceil((MINUTE - (time % MINUTE)) / 1_000)
      throw tooMany(`No more than ${completions} completions a minute`, left)
    }
    this.#completions.set(person, counted)
  }
}

function tooMany(message: string, retryAfter: number): Refused {
  return new Refused(429, UNAVAILABLE, message, retryAfter)
}
