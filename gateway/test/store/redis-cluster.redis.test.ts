import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import t from 'tap'
import { redisCluster } from '../../../test/support/redis-cluster.ts'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { storePromises } from './store-promises.ts'

t.test('the promises of a store, on a Redis Cluster of three nodes', async (t) => {
  const url = (await redisCluster(t)).join(',')
  storePromises(t, (settings) =>
    createRedisStore({ ...settings, url, prefix: 'gateway:', onLost: () => {} }),
  )
})

t.test(
  'the feed: a first subscription that a Redis Cluster refused is asked for again',
  async (t) => {
    const urls = await redisCluster(t)
    const nodes = urls.map((url) => new Redis(url))
    t.teardown(() => {
      for (const node of nodes) node.disconnect()
    })
    const each = (...command: [string, ...string[]]) =>
      Promise.all(nodes.map((node) => node.call(...command)))
    await each('ACL', 'SETUSER', 'default', 'resetchannels')
    const store = createRedisStore({
      url: urls.join(','),
      prefix: 'gateway:',
      lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 86_400 }),
      now: Date.now,
      onLost: () => {},
    })
    t.teardown(() => store.close())
    const refused = /cmdstat_subscribe:.*rejected_calls=[1-9]/
    while (!(await each('INFO', 'commandstats')).some((stats) => refused.test(String(stats)))) {
      await wait(50)
    }
    t.equal(store.revocations.live, false)
    const restored = new Promise<void>((resolve) => {
      store.revocations.listen({ revoked() {}, lost() {}, restored: resolve })
    })
    await each('ACL', 'SETUSER', 'default', 'allchannels')
    await restored
    t.equal(store.revocations.live, true)
  },
)
