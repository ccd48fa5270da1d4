import t from 'tap'
import { redisCluster } from '../../../test/support/redis-cluster.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { storePromises } from './store-promises.ts'

t.test('the promises of a store, on a Redis Cluster of three nodes', async (t) => {
  const url = (await redisCluster(t)).join(',')
  storePromises(t, (settings) =>
    createRedisStore({ ...settings, url, prefix: 'gateway:', onLost: () => {} }),
  )
})
