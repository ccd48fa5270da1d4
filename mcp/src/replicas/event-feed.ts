/**
 * Changes of lists and resources, for every client that listens at any replica (MCP 2026-07-28 "Subscriptions"; 2025-11-25
 * "Resources", "Subscriptions"). A log that replicas follow, so that no gap of the bus loses one.
 */
import type { ServerEvent, ServerEventBus } from '@modelcontextprotocol/server'
import { callEach } from './call-each.ts'
import { comparePositions, type Position, START } from './position.ts'

export interface FeedEntry {
  position: Position
  event: ServerEvent
}

export interface EventFeed extends ServerEventBus {
  /** Called when there are new events. @returns stops */
  follow(listener: () => void): () => void
  /** Events after a place, oldest first. @throws StoreUnavailableError */
  after(position: Position): Promise<FeedEntry[]>
  /** The newest place that is known here. @throws StoreUnavailableError */
  newest(): Promise<Position>
  close(): Promise<void>
}

/** Events that are kept; who was away for longer has missed the older ones. */
export const FEED_LENGTH = 10_000

/** What a process knows of the feed: its newest events, and who follows. */
export class FollowedEvents {
  readonly #limit: number
  readonly #onError: (error: Error) => void
  readonly #listeners = new Set<(event: ServerEvent) => void>()
  readonly #followers = new Set<() => void>()
  #entries: FeedEntry[] = []
  /** Everything after it is in `#entries`. */
  #base: Position = START
  newest: Position = START

  /** @param limit of entries; older ones are forgotten */
  constructor(limit: number, onError: (error: Error) => void) {
    this.#limit = limit
    this.#onError = onError
  }

  startAt(position: Position): void {
    this.#base = position
    this.newest = position
  }

  add(entries: readonly FeedEntry[]): void {
    if (entries.length === 0) return
    this.#entries.push(...entries)
    this.newest = entries.at(-1)?.position ?? this.newest
    const excess = this.#entries.length - this.#limit
    if (excess > 0) this.#base = this.#entries.splice(0, excess).at(-1)?.position ?? this.#base
    for (const { event } of entries) callEach(this.#listeners, this.#onError, event)
    callEach(this.#followers, this.#onError)
  }

  /** Undefined where older ones than are known here may be meant. */
  after(position: Position): FeedEntry[] | undefined {
    if (comparePositions(position, this.#base) < 0) return undefined
    const first = this.#entries.findIndex((entry) => comparePositions(entry.position, position) > 0)
    return first === -1 ? [] : this.#entries.slice(first)
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  follow(follower: () => void): () => void {
    this.#followers.add(follower)
    return () => void this.#followers.delete(follower)
  }
}
