/** The store in Redis, or in a Redis Cluster: for any number of replicas (ADR 5). Only commands of Redis 7.0. */
import { createRedisCommands } from './redis-commands.ts'
import { createRedisFeed } from './redis-feed.ts'
import { createRedisGrants } from './redis-grants.ts'
import { createRedisRecords, type RedisRecordsOptions } from './redis-records.ts'
import type { Store } from './store.ts'

export interface RedisStoreOptions extends RedisRecordsOptions {
  url: string
  /** Told when the connection is lost, once until it is back. */
  onLost: (error: Error) => void
}

export function createRedisStore(options: RedisStoreOptions): Store {
  const redis = createRedisCommands(options.url, options.onLost)
  const { client, ask } = redis
  const revocations = createRedisFeed(options.url, options.prefix, client)
  return {
    ...createRedisRecords(redis, options),
    ...createRedisGrants(redis, { ...options, channel: revocations.channel }),
    revocations,
    async ping() {
      await ask(() => client.get(`${options.prefix}spent:ping`))
    },
    async close() {
      revocations.close()
      client.disconnect()
    },
  }
}
