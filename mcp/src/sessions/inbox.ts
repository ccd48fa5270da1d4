/**
 * What the client of a session has said, for whoever serves it here. It is in the session's log, and the bus only tells that
 * there is more: so nothing is lost in a gap of the bus, and no replica is sent what nobody there waits for.
 */
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import type { Bus } from '../replicas/bus.ts'
import type { Position } from '../replicas/position.ts'
import type { SessionStore } from './session-store.ts'
import { hearSession } from './session-topic.ts'

/** The stream of the log that is not shown to the client, because it comes from there. */
export const INBOX = '<'

export interface InboxOptions {
  sessionId: string
  /** The place in the log from which on it is read. */
  from: Position
  sessions: SessionStore
  bus: Bus
  onMessage(message: JSONRPCMessage): void
  onError(error: Error): void
}

export class Inbox {
  readonly #options: InboxOptions
  readonly #stop: (() => void)[]
  #place: Position
  #reading = false
  #again = false
  #failed = false
  #closed = false

  constructor(options: InboxOptions) {
    const { sessionId, from, bus } = options
    this.#options = options
    this.#place = from
    this.#stop = [
      hearSession(bus, sessionId, (news) => {
        if (news.kind === 'logged' && news.stream === INBOX) this.look()
      }),
      bus.onGap(() => this.look()),
    ]
  }

  /** Reads on. Whoever holds it looks again after a failure. */
  look(): void {
    this.#again = true
    if (this.#reading) return
    this.#reading = true
    void this.#readOn().then(() => {
      this.#reading = false
      if (this.#again && !this.#failed && !this.#closed) this.look()
    })
  }

  /** There may be more: the last attempt to read failed. */
  get behind(): boolean {
    return this.#failed
  }

  close(): void {
    this.#closed = true
    for (const stop of this.#stop) stop()
  }

  async #readOn(): Promise<void> {
    const { sessions, sessionId, onError } = this.#options
    this.#failed = false
    while (this.#again && !this.#closed) {
      this.#again = false
      const entries = await sessions.read(sessionId, this.#place).catch(onError)
      this.#failed = entries === undefined
      if (!entries?.length) return
      this.#again = true
      for (const { position, stream, message } of entries) {
        this.#place = position
        if (stream === INBOX && !this.#closed) this.#give(message)
      }
    }
  }

  #give(message: string): void {
    try {
      this.#options.onMessage(JSON.parse(message) as JSONRPCMessage)
    } catch (error) {
      this.#options.onError(error as Error)
    }
  }
}
