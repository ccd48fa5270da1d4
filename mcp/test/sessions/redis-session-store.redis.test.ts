import { randomUUID } from 'node:crypto'
import t from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { redisCluster } from '../../../test/support/redis-cluster.ts'
import { openSessions } from '../support/redis-sessions.ts'
import { keepsItsPromises } from './session-store-promises.ts'

t.test('one Redis', async (t) => {
  const { url, prefix } = await anyRedis(t)
  await keepsItsPromises(t, (t, limits) =>
    openSessions(t, [url], `${prefix}${randomUUID()}:`, limits),
  )
})

t.test('a Redis Cluster', async (t) => {
  const urls = await redisCluster(t)
  await keepsItsPromises(t, (t, limits) => openSessions(t, urls, `test:${randomUUID()}:`, limits))
})
