/** The feed as one Redis Stream, `events`, that every replica reads on from where it is: when told to, and after each gap. */
import type { ServerEvent } from '@modelcontextprotocol/server'
import { ask } from '../redis/ask.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { type Bus, frame } from './bus.ts'
import { type EventFeed, FEED_LENGTH, type FeedEntry, FollowedEvents } from './event-feed.ts'
import { type Position, START } from './position.ts'
import { busChannel } from './redis-bus.ts'

export interface RedisEventFeedOptions {
  client: RedisClient
  bus: Bus
  prefix: string
  onError: (error: Error) => void
}

const TOPIC = 'events'
/** Events that a process remembers, so that many who follow need not ask Redis each. */
const MEMORY = 1_000
const READ_COUNT = 500
/** Milliseconds until a reading that failed is tried again: the next nudge may be long in coming. */
const READ_AGAIN = 1_000

/** KEYS: the stream. ARGV: most entries, event, channel, nudge. */
const PUBLISH = `
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'e', ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1`

type Entries = [position: string, fields: string[]][]

export class RedisEventFeed implements EventFeed {
  readonly #client: RedisClient
  readonly #key: string
  readonly #channel: string
  readonly #onError: (error: Error) => void
  readonly #events: FollowedEvents
  readonly #stop: (() => void)[]
  #started: Promise<void> | undefined
  #reading: Promise<void> | undefined
  #again = false
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor({ client, bus, prefix, onError }: RedisEventFeedOptions) {
    this.#client = client
    this.#key = `${prefix}events`
    this.#channel = busChannel(prefix)
    this.#onError = onError
    this.#events = new FollowedEvents(MEMORY, onError)
    const read = () => this.#catchUp()
    this.#stop = [bus.listen(TOPIC, read), bus.onGap(read)]
  }

  publish(event: ServerEvent): void {
    const args = [FEED_LENGTH, JSON.stringify(event), this.#channel, frame(TOPIC, '')]
    ask(() => this.#client.eval(PUBLISH, 1, this.#key, ...args)).catch(this.#onError)
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    this.#start().catch(this.#onError)
    return this.#events.subscribe(listener)
  }

  follow(listener: () => void): () => void {
    return this.#events.follow(listener)
  }

  async after(position: Position): Promise<FeedEntry[]> {
    await this.#start()
    return this.#events.after(position) ?? (await this.#read(position))
  }

  async newest(): Promise<Position> {
    await this.#start()
    return this.#events.newest
  }

  async close(): Promise<void> {
    for (const stop of this.#stop) stop()
    this.#closed = true
    clearTimeout(this.#retry)
  }

  /** What happened before anybody here listened is nobody's business here. */
  #start(): Promise<void> {
    this.#started ??= this.#findNewest().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    return this.#started
  }

  async #findNewest(): Promise<void> {
    const found = (await ask(() =>
      this.#client.xrevrange(this.#key, '+', '-', 'COUNT', 1),
    )) as Entries
    this.#events.startAt(found[0]?.[0] ?? START)
  }

  #catchUp(): void {
    this.#again = true
    clearTimeout(this.#retry)
    this.#reading ??= this.#readOn()
      .catch((error: Error) => {
        if (this.#retry === undefined) this.#onError(error)
        if (!this.#closed) this.#retry = setTimeout(() => this.#catchUp(), READ_AGAIN).unref()
      })
      .finally(() => {
        this.#reading = undefined
      })
  }

  async #readOn(): Promise<void> {
    await this.#start()
    let found: FeedEntry[]
    do {
      this.#again = false
      found = await this.#read(this.#events.newest)
      this.#events.add(found)
    } while (this.#again || found.length === READ_COUNT)
    this.#retry = undefined
  }

  async #read(after: Position): Promise<FeedEntry[]> {
    const range = [this.#key, `(${after}`, '+', 'COUNT', READ_COUNT] as const
    const entries = (await ask(() => this.#client.xrange(...range))) as Entries
    return entries.map(([position, [, event = '{}']]) => ({ position, event: JSON.parse(event) }))
  }
}
