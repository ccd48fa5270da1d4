/** What the doors of a run keep their records in: memory, or Redis with two replicas where DOOR_STORE=redis says so. */
import type { Test } from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import type { OpenStore } from '../store/store-promises.ts'

export const onRedis = process.env.DOOR_STORE === 'redis'

export async function doorStore(t: Test): Promise<OpenStore> {
  if (!onRedis) return createMemoryStore
  const redis = await anyRedis(t)
  return (settings) => createRedisStore({ ...settings, ...redis, onLost: () => {} })
}
