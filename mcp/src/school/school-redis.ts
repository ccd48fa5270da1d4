/** What the parts of the school in Redis share. */
import type { RedisClient } from '../redis/redis-client.ts'

export interface SchoolRedis {
  client: RedisClient
  /** The full name of a key: all of the school's are in one slot of a Redis Cluster, so that one step may touch several. */
  key(name: string): string
  /** @throws StoreUnavailableError */
  ask<T>(command: () => Promise<T>): Promise<T>
}
