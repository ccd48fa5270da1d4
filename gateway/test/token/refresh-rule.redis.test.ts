import t from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { replicasOnRedis } from '../support/replicas.ts'
import { refreshRule } from './refresh-rule.ts'

t.test('the refresh rule, over two replicas on Redis', async (t) => {
  refreshRule(t, replicasOnRedis(await anyRedis(t)), 100)
})
