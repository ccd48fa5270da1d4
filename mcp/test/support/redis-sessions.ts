/** Sessions on a real Redis, with a bus that listens. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { connectRedis } from '../../src/redis/redis-client.ts'
import { RedisBus } from '../../src/replicas/redis-bus.ts'
import { RedisSessionStore } from '../../src/sessions/redis-session-store.ts'
import type { SessionLimits } from '../../src/sessions/session.ts'
import type { OpenedStore } from '../sessions/session-store-promises.ts'

export async function openSessions(
  t: Test,
  urls: readonly string[],
  prefix: string,
  limits: SessionLimits,
): Promise<OpenedStore> {
  const client = connectRedis(urls)
  const subscriber = connectRedis(urls, { subscribes: true })
  client.on('error', (error: Error) => t.error(error))
  const bus = new RedisBus({
    client,
    subscriber,
    prefix,
    onLost: (error) => t.error(error),
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
