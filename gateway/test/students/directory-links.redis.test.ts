import t from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { directoryPromises } from './directory-promises.ts'

t.test('the promises of the directory, on Redis with two replicas', async (t) => {
  const { url, prefix } = await anyRedis(t)
  directoryPromises(t, (settings) =>
    createRedisStore({ ...settings, url, prefix, onLost: () => {} }),
  )
})
