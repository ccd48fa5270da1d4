/**
 * What is heard and read of one session in this process: once, for all who hold it here. The bus tells that the log has grown,
 * and the log is read on from there: so nothing is lost in a gap of the bus, and no entry is read twice because two wait for it.
 * Each holder is given everything from its own place on, once and in its order.
 */
import type { Bus } from '../replicas/bus.ts'
import { callEach } from '../replicas/call-each.ts'
import { comparePositions, type Position } from '../replicas/position.ts'
import { ReadEntry } from './read-entry.ts'
import type { LogEntry } from './session.ts'
import type { Hold, SessionHolder } from './session-holder.ts'
import { READ_COUNT, type SessionStore } from './session-store.ts'
import { hearSession, type SessionNews } from './session-topic.ts'

interface Held {
  holder: SessionHolder
  place: Position
}

export interface SessionReadersOptions {
  sessions: SessionStore
  bus: Bus
  onError: (error: Error) => void
}

export interface SessionReaderOptions extends SessionReadersOptions {
  sessionId: string
  /** Where all sessions are read at once: done when it is this one's turn. */
  inTurn(read: () => Promise<unknown>): Promise<void>
  onUnheld(): void
}

/** Milliseconds, up to twice as many, until a reading that failed is tried again: the next news may be long in coming. */
const READ_AGAIN = 1_000

export class SessionReader {
  readonly #options: SessionReaderOptions
  readonly #held = new Set<Held>()
  readonly #stop: (() => void)[]
  #reading: Promise<boolean> | undefined
  #again = false
  #turn: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(options: SessionReaderOptions) {
    const { bus, sessionId } = options
    this.#options = options
    this.#stop = [
      hearSession(bus, sessionId, (news) => this.#hear(news)),
      bus.onGap(() => this.#recover()),
    ]
  }

  hold(from: Position, holder: SessionHolder): Hold {
    const held = { holder, place: from }
    this.#held.add(held)
    return {
      get place() {
        return held.place
      },
      look: async () => (await this.#look()) && !holder.full,
      release: () => this.#release(held),
    }
  }

  #release(held: Held): void {
    if (!this.#held.delete(held) || this.#held.size > 0) return
    for (const stop of this.#stop) stop()
    clearTimeout(this.#retry)
    this.#options.onUnheld()
  }

  #hear(news: SessionNews): void {
    const { onError } = this.#options
    const holders = [...this.#held].map(({ holder }) => holder)
    if (news.kind !== 'logged') callEach(holders.map(heard), onError, news)
    else if (holders.some(({ streams }) => streams.includes(news.stream))) void this.#look()
  }

  #recover(): void {
    const { inTurn, onError } = this.#options
    // One that waits for its turn is for every gap until then. It begins in no asker's tick.
    this.#turn ??= inTurn(async () => {
      await Promise.resolve()
      this.#turn = undefined
      if (this.#held.size > 0) await this.#look()
    })
    const read = this.#turn
    callEach(
      [...this.#held].map(
        ({ holder }) =>
          () =>
            holder.recover(read),
      ),
      onError,
    )
  }

  /** Never in the asker's own tick, so that many who ask at once are one reading. */
  #look(): Promise<boolean> {
    this.#again = true
    clearTimeout(this.#retry)
    this.#reading ??= Promise.resolve().then(() => this.#readOn())
    return this.#reading
  }

  async #readOn(): Promise<boolean> {
    const { sessions, sessionId, onError } = this.#options
    try {
      while (this.#again) {
        this.#again = false
        const from = earliest(this.#held)
        if (from === undefined) break
        const entries = await sessions.read(sessionId, from)
        this.#give(entries, from)
        // What comes after less than that is told of.
        if (entries.length === READ_COUNT) this.#again = true
      }
      return true
    } catch (error) {
      onError(error as Error)
      // Not in step with the readers of other sessions, which failed by the same cause.
      const pause = READ_AGAIN * (1 + Math.random())
      if (this.#held.size > 0) this.#retry = setTimeout(() => this.#look(), pause).unref()
      return false
    } finally {
      this.#reading = undefined
    }
  }

  #give(entries: readonly LogEntry[], from: Position): void {
    const read = entries.map((entry) => new ReadEntry(entry))
    for (const held of [...this.#held]) {
      const order = held.place === from ? 0 : comparePositions(held.place, from)
      // It came while this was read, with an older place: there the next reading begins.
      if (order < 0) continue
      for (const entry of read) {
        if (!this.#held.has(held) || held.holder.full) break
        if (order > 0 && comparePositions(entry.position, held.place) <= 0) continue
        held.place = entry.position
        if (!held.holder.streams.includes(entry.stream)) continue
        callEach([(each: ReadEntry) => held.holder.take(each)], this.#options.onError, entry)
      }
    }
  }
}

function heard(holder: SessionHolder): (news: SessionNews) => void {
  return (news) => holder.hear(news)
}

function earliest(held: Iterable<Held>): Position | undefined {
  let first: Position | undefined
  for (const { holder, place } of held) {
    if (holder.full || place === first) continue
    if (first === undefined || comparePositions(place, first) < 0) first = place
  }
  return first
}
