import { randomUUID } from 'node:crypto'
import t from 'tap'
import { redisCluster } from '../../../test/support/redis-cluster.ts'
import { connectRedis } from '../../src/redis/redis-client.ts'
import { RedisSchoolStore } from '../../src/school/redis-school-store.ts'
import { keepsItsPromises } from './school-store-promises.ts'

const urls = await redisCluster(t)

await keepsItsPromises(t, async (t, roster) => {
  const client = connectRedis(urls)
  const prefix = `mcp:${randomUUID()}:`
  const store = new RedisSchoolStore({ client, prefix, roster, onLost: (error) => t.error(error) })
  t.teardown(() => client.disconnect())
  return store
})
