/**
 * GET of a session: a live view of its log (MCP 2025-11-25 Transports, "Listening for Messages from the Server", "Resumability
 * and Redelivery"). It is given everything from its place on by the session's reader, and the changes that the feed has: so
 * nothing is missed, and nothing comes twice. Any replica can show any stream.
 */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Position } from '../replicas/position.ts'
import type { ReadEntry } from '../sessions/read-entry.ts'
import { STANDALONE } from '../sessions/session.ts'
import type { Hold, SessionHolder } from '../sessions/session-holder.ts'
import { type SessionNews, tellSession } from '../sessions/session-topic.ts'
import { changeNotification } from './change-notification.ts'
import { writeEventId } from './event-id.ts'
import { EventStream } from './event-stream.ts'
import { errorFor, INTERNAL_ERROR } from './json-rpc-error.ts'
import { every, type HeldOpen, type Holding, KEEP_ALIVE, USES } from './open-streams.ts'

export interface EventViewOptions extends Holding {
  person: string
  sessionId: string
  stream: string
  /** The place in the log from which on it shows. */
  logged: Position
  /** The place in the feed, for the standalone stream. */
  fed: Position
  /** Sends the event by which a client learns where it is. */
  primes: boolean
  response: ServerResponse
}

/** Seconds in a row that a replica gave no sign, its own reconnection to Redis among them. */
const ABSENCES = 3
/** Characters that wait for a client who reads slowly; then no more is taken until all of it was written. */
const MOST_WAITING = 1024 * 1024

export class EventView implements HeldOpen, SessionHolder {
  readonly mayFinish = false
  readonly streams: readonly string[]
  readonly #id = randomUUID()
  readonly #options: EventViewOptions
  readonly #stream: EventStream
  readonly #hold: Hold
  readonly #stop: (() => void)[]
  readonly #waiting: ReadEntry[] = []
  #length = 0
  #full = false
  /** Of what was written last. */
  #logged: Position
  #fed: Position
  #subscriptions: Promise<Set<string>> | undefined
  /** Its own coming has been heard: whatever is told of from now on came later. */
  #viewed = false
  #drain: Promise<void> | undefined
  #again = false
  #behind = false
  #attending = false
  #absences = 0
  readonly #isKeptAlive: (now: number) => boolean
  readonly #isUsed: (now: number) => boolean

  constructor(options: EventViewOptions) {
    const { sessionId, stream, logged, fed, readers, bus, feed, streams, limits } = options
    this.#options = options
    this.streams = [stream]
    this.#logged = logged
    this.#fed = fed
    const begun = options.now()
    this.#isKeptAlive = every(KEEP_ALIVE, begun)
    this.#isUsed = every(options.lifetime / USES, begun)
    this.#stream = new EventStream(options.response)
    this.#hold = readers.hold(sessionId, logged, this)
    this.#stop = [() => this.#hold.release(), limits.beginStream(options.person, this)]
    if (stream === STANDALONE) this.#stop.push(feed.follow(() => this.#wake()))
    streams.add(this)
    this.#stream.onClose(() => this.#release())
    if (options.primes) this.#stream.prime(this.#eventId())
    // MCP: each message goes out on one stream only, so an older view of this one ends.
    const viewed = { kind: 'viewed', stream, view: this.#id } as const
    tellSession(bus, sessionId, viewed).catch(options.onError)
    void this.#hold.look()
    this.#wake()
  }

  get full(): boolean {
    return this.#full
  }

  take(entry: ReadEntry): void {
    this.#waiting.push(entry)
    this.#length += entry.message.length
    this.#full = this.#length > MOST_WAITING
    this.#wake()
  }

  end(): void {
    this.#stream.end()
    this.#release()
  }

  tick(now: number): void {
    const { stream } = this.#options
    if (this.#isKeptAlive(now)) this.#stream.keepAlive()
    if (this.#isUsed(now)) this.#use().catch(this.#options.onError)
    if (this.#behind) {
      this.#behind = false
      this.#wake()
    }
    if (stream === STANDALONE || this.#attending) return
    this.#attending = true
    this.#attendDeaths()
      .catch(this.#options.onError)
      .finally(() => {
        this.#attending = false
      })
  }

  #release(): void {
    for (const stop of this.#stop.splice(0)) stop()
    this.#options.streams.delete(this)
  }

  hear(news: SessionNews): void {
    if (news.kind === 'ended') this.end()
    else if (news.kind === 'viewed' && news.stream === this.#options.stream) {
      this.#makeWay(news.view)
    } else if (news.kind === 'subscriptions') this.#subscriptions = undefined
  }

  /** Of two that come at once, one stays: the one that every replica hears of last. */
  #makeWay(view: string): void {
    if (view === this.#id) this.#viewed = true
    else if (this.#viewed) this.end()
  }

  recover(read: Promise<void>): void {
    this.#viewed = true
    this.#subscriptions = undefined
    read.then(() => this.#use()).catch(this.#options.onError)
    this.#wake()
  }

  #wake(): void {
    this.#again = true
    this.#drain ??= this.#writeNew()
      .catch((error: Error) => {
        // Redis is away; the next tick tries again.
        this.#behind = true
        this.#options.onError(error)
      })
      .finally(() => {
        this.#drain = undefined
        if (this.#again && this.#stream.open) setImmediate(() => this.#wake())
      })
  }

  async #writeNew(): Promise<void> {
    while (this.#again && this.#stream.open) {
      this.#again = false
      await this.#writeLogged()
      if (this.#options.stream === STANDALONE) await this.#writeChanges()
    }
  }

  async #writeLogged(): Promise<void> {
    for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) {
      if (!this.#stream.open) return
      this.#logged = entry.position
      if (entry.message !== '') await this.#write(entry.message)
      this.#length -= entry.message.length
      if (entry.last) return this.end()
    }
    // What is not of this stream is passed by, so that nobody resumes before it.
    this.#logged = this.#hold.place
    if (!this.#full) return
    this.#full = false
    void this.#hold.look()
  }

  async #writeChanges(): Promise<void> {
    const { feed } = this.#options
    for (;;) {
      const entries = await feed.after(this.#fed)
      if (entries.length === 0) return
      for (const { position, event } of entries) {
        if (!this.#stream.open) return
        const isWanted = event.kind !== 'resource_updated' || (await this.#isSubscribed(event.uri))
        this.#fed = position
        if (isWanted) await this.#write(JSON.stringify(changeNotification(event)))
      }
    }
  }

  async #isSubscribed(uri: string): Promise<boolean> {
    const { sessions, sessionId } = this.#options
    this.#subscriptions ??= sessions.subscriptions(sessionId).catch((error: Error) => {
      this.#subscriptions = undefined
      throw error
    })
    return (await this.#subscriptions).has(uri)
  }

  async #write(message: string): Promise<void> {
    if (!this.#stream.message(message, this.#eventId())) await this.#stream.drained()
  }

  #eventId(): string {
    const { stream } = this.#options
    return writeEventId({ stream, logged: this.#logged, fed: this.#fed })
  }

  async #use(): Promise<void> {
    const { sessions, sessionId } = this.#options
    if ((await sessions.use(sessionId)) === undefined) this.end()
  }

  /** A replica that died in mid-call answers nothing: then its requests are answered with an error, once, by whoever waits. */
  async #attendDeaths(): Promise<void> {
    const { sessions, sessionId, stream, bus } = this.#options
    const open = await sessions.openRequests(sessionId, stream)
    const replica = open[0]?.replica
    if (replica === undefined) {
      // All of it is answered; what the log no longer has will not come. Who reads slowly is not cut off for that.
      const isWriting = () => this.#drain !== undefined || this.#waiting.length > 0
      if (!isWriting() && (await this.#hold.look()) && !isWriting()) this.end()
      return
    }
    this.#absences = (await bus.isPresent(replica)) ? 0 : this.#absences + 1
    if (this.#absences < ABSENCES) return
    for (const [at, { id }] of open.entries()) {
      const message = JSON.stringify(errorFor(id, INTERNAL_ERROR, LOST))
      await sessions.answer(sessionId, stream, {
        request: id,
        message,
        last: at === open.length - 1,
      })
    }
  }
}

const LOST = 'The server that worked on this request is gone; it may have been carried out in part'
