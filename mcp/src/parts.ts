/** The parts that keep something: in Redis for any number of replicas, in memory for one process. */
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import type { OutageLog } from './operations/outage-log.ts'
import { connectRedis } from './redis/redis-client.ts'
import type { Bus } from './replicas/bus.ts'
import type { EventFeed } from './replicas/event-feed.ts'
import { MemoryBus } from './replicas/memory-bus.ts'
import { MemoryEventFeed } from './replicas/memory-event-feed.ts'
import { RedisBus } from './replicas/redis-bus.ts'
import { RedisEventFeed } from './replicas/redis-event-feed.ts'
import { MemorySchoolStore } from './school/memory-school-store.ts'
import { RedisSchoolStore } from './school/redis-school-store.ts'
import type { Roster, SchoolStore } from './school/school-store.ts'
import { MemorySessionStore } from './sessions/memory-session-store.ts'
import { RedisSessionStore } from './sessions/redis-session-store.ts'
import type { SessionStore } from './sessions/session-store.ts'

export interface Parts {
  school: SchoolStore
  sessions: SessionStore
  bus: Bus
  feed: EventFeed
  close(): Promise<void>
}

/** @param now milliseconds since the epoch */
export function openParts(
  config: Config,
  roster: Roster,
  now: () => number,
  log: FastifyBaseLogger,
  outages: OutageLog,
): Parts {
  const onError = outages.reporter('a change was not announced')
  const onUnheard = (error: Error) => log.error({ err: error }, 'what a replica told was not heard')
  const limits = {
    lifetime: config.SESSION_LIFETIME * 1000,
    perPerson: config.SESSIONS_PER_PERSON,
    entries: config.SESSION_LOG_ENTRIES,
    bytes: config.SESSION_LOG_BYTES,
  }
  if (config.REDIS_URL.length === 0) {
    const bus = new MemoryBus(onUnheard)
    return {
      school: new MemorySchoolStore(roster, now),
      sessions: new MemorySessionStore({ bus, limits, now }),
      bus,
      feed: new MemoryEventFeed(now, onError),
      async close() {},
    }
  }
  const prefix = config.MCP_REDIS_PREFIX
  const client = connectRedis(config.REDIS_URL)
  const subscriber = connectRedis(config.REDIS_URL, { subscribes: true })
  const onLost = (error: Error) => outages.note(error)
  const school = new RedisSchoolStore({ client, prefix, roster, onLost })
  const bus = new RedisBus({ client, subscriber, prefix, onLost, onError: onUnheard })
  const feed = new RedisEventFeed({ client, bus, prefix, onError })
  return {
    school,
    sessions: new RedisSessionStore({ client, prefix, limits, now }),
    bus,
    feed,
    async close() {
      await feed.close()
      await bus.close()
      client.disconnect()
    },
  }
}
