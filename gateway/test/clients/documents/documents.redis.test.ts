import { randomUUID } from 'node:crypto'
import t from 'tap'
import { anyRedis } from '../../../../test/support/redis.ts'
import { createRedisStore } from '../../../src/store/redis-store.ts'
import { documentsPromises } from './documents-promises.ts'

t.test('documents of clients, with two replicas on Redis', async (t) => {
  const { url, prefix } = await anyRedis(t)
  // Each test has its own clock, so it has its own data.
  const prefixes = new Map<object, string>()
  documentsPromises(t, (settings) => {
    const own = prefixes.get(settings) ?? `${prefix}${randomUUID()}:`
    prefixes.set(settings, own)
    return createRedisStore({ ...settings, url, prefix: own, onLost: () => {} })
  })
})
