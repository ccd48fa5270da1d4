/**
 * Announcements of revoked and of narrowed grants over Redis, on a connection of its own, proven by a heartbeat: only while one that was
 * sent less than 1.5 s ago has come back is it certain that nothing announced before it was missed.
 */
import { randomUUID } from 'node:crypto'
import { connectRedis, type RedisClient } from './redis-client.ts'
import type { RevocationFeed, RevocationListener } from './store.ts'

const HEARTBEAT = 500
/** Milliseconds. */
const PROOF = 1_500
const BEAT = 'beat:'
export const NARROWED = 'narrowed:'

export interface RedisFeed extends RevocationFeed {
  readonly channel: string
  close(): void
}

export function createRedisFeed(url: string, prefix: string, publisher: RedisClient): RedisFeed {
  const channel = `${prefix}revocations`
  const own = `${BEAT}${randomUUID()}:`
  const listeners = new Set<RevocationListener>()
  const subscriber = connectRedis(url)
  let live = false
  // Monotonic: a wall clock that jumps must not make a dead subscription look alive.
  let provenAt = Number.NEGATIVE_INFINITY

  function judge(): void {
    const isLive = performance.now() - provenAt < PROOF
    if (isLive === live) return
    live = isLive
    for (const listener of listeners) listener[live ? 'restored' : 'lost']()
  }

  function lose(): void {
    provenAt = Number.NEGATIVE_INFINITY
    judge()
  }

  subscriber.on('message', (_channel: string, message: string) => {
    if (message.startsWith(NARROWED)) {
      const grantId = message.slice(NARROWED.length)
      for (const listener of listeners) listener.narrowed?.(grantId)
    } else if (!message.startsWith(BEAT)) {
      for (const listener of listeners) listener.revoked(message)
    } else if (message.startsWith(own)) {
      provenAt = Math.max(provenAt, Number(message.slice(own.length)))
      judge()
    }
  })
  // What is announced while the connection is gone is missed, so it is lost at once and not after the proof runs out.
  for (const event of ['close', 'end', 'error', '-node']) subscriber.on(event, lose)
  const subscribe = () => void subscriber.subscribe(channel).catch(lose)
  subscriber.on('ready', subscribe)

  const timer = setInterval(() => {
    judge()
    // A subscription that was refused or late leaves a connection that hears nothing; a cluster's never says that it is ready again.
    if (!live) subscribe()
    publisher.publish(channel, `${own}${performance.now()}`).catch(() => judge())
  }, HEARTBEAT)
  timer.unref()

  return {
    channel,
    get live() {
      judge()
      return live
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      clearInterval(timer)
      subscriber.disconnect()
    },
  }
}
