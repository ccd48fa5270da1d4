import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { redisCluster } from '../../../test/support/redis-cluster.ts'
import { connectRedis } from '../../src/redis/redis-client.ts'
import { RedisBus } from '../../src/replicas/redis-bus.ts'
import { RedisSessionStore } from '../../src/sessions/redis-session-store.ts'
import type { SessionLimits } from '../../src/sessions/session.ts'
import { keepsItsPromises } from './session-store-promises.ts'

async function open(t: Test, urls: readonly string[], prefix: string, limits: SessionLimits) {
  const client = connectRedis(urls)
  const subscriber = connectRedis(urls, { subscribes: true })
  client.on('error', (error: Error) => t.error(error))
  const bus = new RedisBus({
    client,
    subscriber,
    prefix,
    now: Date.now,
    onError: (error) => t.error(error),
  })
  t.teardown(async () => {
    await bus.close()
    client.disconnect()
  })
  // Its first own call is heard: the bus listens.
  await new Promise<void>((resolve) => bus.onGap(resolve))
  const store = new RedisSessionStore({ client, prefix, limits, now: Date.now })
  // Redis has a clock of its own.
  return { store, bus, pass: (ms: number) => wait(ms) }
}

t.test('one Redis', async (t) => {
  const { url, prefix } = await anyRedis(t)
  await keepsItsPromises(t, (t, limits) => open(t, [url], `${prefix}${randomUUID()}:`, limits))
})

t.test('a Redis Cluster', async (t) => {
  const urls = await redisCluster(t)
  await keepsItsPromises(t, (t, limits) => open(t, urls, `test:${randomUUID()}:`, limits))
})
