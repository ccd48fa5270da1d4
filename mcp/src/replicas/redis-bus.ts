/**
 * The bus over Redis pub/sub, one channel for all, and the sign of life of each replica: the key `replica:<id>`, set anew each
 * second. A replica also calls itself over the channel, so that a connection that has gone deaf is found out and replaced.
 */
import { randomUUID } from 'node:crypto'
import { ask } from '../redis/ask.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { type Bus, frame, Listeners, unframe } from './bus.ts'
import { callEach } from './call-each.ts'

export interface RedisBusOptions {
  client: RedisClient
  /** A connection of its own: one that subscribes can do nothing else. */
  subscriber: RedisClient
  prefix: string
  /** Told each second that Redis does not answer. */
  onLost: (error: Error) => void
  /** Told of what a listener threw. */
  onError: (error: Error) => void
  /** Milliseconds of a clock that nobody sets. */
  elapsed?: () => number
}

/** Milliseconds. */
const TICK = 1_000
const PRESENCE = 5_000
/** Without an own call for so long, the subscription is taken for dead. */
const DEAF = 3_500

export class RedisBus implements Bus {
  readonly replica = randomUUID()
  readonly #client: RedisClient
  readonly #subscriber: RedisClient
  readonly #channel: string
  readonly #ownChannel: string
  readonly #prefix: string
  readonly #elapsed: () => number
  readonly #onLost: (error: Error) => void
  readonly #onError: (error: Error) => void
  readonly #listeners: Listeners
  readonly #gapListeners = new Set<() => void>()
  readonly #timer: NodeJS.Timeout
  #heardAt: number
  #deaf = true
  #closed = false

  constructor(options: RedisBusOptions) {
    const { client, subscriber, prefix, onLost, onError } = options
    this.#onLost = onLost
    this.#onError = onError
    this.#listeners = new Listeners(onError)
    this.#client = client
    this.#subscriber = subscriber
    this.#prefix = prefix
    this.#elapsed = options.elapsed ?? (() => performance.now())
    this.#heardAt = this.#elapsed()
    this.#channel = busChannel(prefix)
    this.#ownChannel = `${this.#channel}:${this.replica}`
    subscriber.on('message', (channel: string, message: string) => this.#hear(channel, message))
    for (const event of ['error', 'close']) {
      subscriber.on(event, () => {
        this.#deaf = true
      })
    }
    // The connection comes back by itself, the subscription by this.
    subscriber.on('ready', () => void this.#subscribe())
    if (subscriber.status === 'ready') void this.#subscribe()
    client.on('ready', () => void this.#tick())
    this.#timer = setInterval(() => void this.#tick(), TICK)
    this.#timer.unref()
    void this.#tick()
  }

  async tell(topic: string, message: string): Promise<void> {
    await ask(() => this.#client.publish(this.#channel, frame(topic, message)))
  }

  listen(topic: string, listener: (message: string) => void): () => void {
    return this.#listeners.add(topic, listener)
  }

  onGap(listener: () => void): () => void {
    this.#gapListeners.add(listener)
    return () => void this.#gapListeners.delete(listener)
  }

  async isPresent(replica: string): Promise<boolean> {
    if (replica === this.replica) return true
    return (await ask(() => this.#client.exists(this.#presence(replica)))) === 1
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    // Whoever waits for an answer of this replica need not wait for its silence.
    await ask(() => this.#client.del(this.#presence(this.replica))).catch(() => {})
    this.#subscriber.disconnect()
  }

  #presence(replica: string): string {
    return `${this.#prefix}replica:${replica}`
  }

  async #subscribe(): Promise<void> {
    await this.#subscriber.subscribe(this.#channel, this.#ownChannel).catch(() => {})
  }

  async #tick(): Promise<void> {
    if (this.#elapsed() - this.#heardAt > DEAF) {
      this.#heardAt = this.#elapsed()
      this.#deaf = true
      if (this.#subscriber.status === 'ready') this.#subscriber.disconnect(true)
    }
    await Promise.all([
      ask(() => this.#client.set(this.#presence(this.replica), '1', 'PX', PRESENCE)),
      ask(() => this.#client.publish(this.#ownChannel, '')),
    ]).catch((error: Error) => {
      if (!this.#closed) this.#onLost(error)
    })
  }

  #hear(channel: string, message: string): void {
    if (channel === this.#ownChannel) {
      this.#heardAt = this.#elapsed()
      if (!this.#deaf) return
      this.#deaf = false
      callEach(this.#gapListeners, this.#onError)
      return
    }
    const { topic, message: told } = unframe(message)
    this.#listeners.tell(topic, told)
  }
}

/** Where scripts publish what the bus hears. */
export function busChannel(prefix: string): string {
  return `${prefix}bus`
}
