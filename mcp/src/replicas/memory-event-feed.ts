/** The feed of a process that is alone. */
import type { ServerEvent } from '@modelcontextprotocol/server'
import { type EventFeed, FEED_LENGTH, type FeedEntry, FollowedEvents } from './event-feed.ts'
import { createPositions, type Position, START } from './position.ts'

export class MemoryEventFeed implements EventFeed {
  readonly #events: FollowedEvents
  readonly #nextPosition: () => Position

  /** @param now milliseconds since the epoch */
  constructor(now: () => number, onError: (error: Error) => void) {
    this.#events = new FollowedEvents(FEED_LENGTH, onError)
    this.#nextPosition = createPositions(now)
    this.#events.startAt(START)
  }

  publish(event: ServerEvent): void {
    const entry = { position: this.#nextPosition(), event }
    // Never in the publisher's own tick, as it is with Redis.
    setImmediate(() => this.#events.add([entry]))
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    return this.#events.subscribe(listener)
  }

  follow(listener: () => void): () => void {
    return this.#events.follow(listener)
  }

  async after(position: Position): Promise<FeedEntry[]> {
    return this.#events.after(position) ?? []
  }

  async newest(): Promise<Position> {
    return this.#events.newest
  }

  async close(): Promise<void> {}
}
