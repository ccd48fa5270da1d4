/** Two whole gateways with one clock, one provider and one store between them, as behind a balancer without affinity. */
import type { Test } from 'tap'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { type Door, openDoor, type SharedParts } from './door.ts'

export type OpenReplicas = (
  t: Test,
  environment?: Record<string, string>,
) => Promise<readonly [Door, Door]>

/** A replica of memory is the same process: the store itself is shared. */
export function replicaInMemory(
  t: Test,
  { clock, upstream, store }: Door,
  environment?: Record<string, string>,
): Promise<Door> {
  return openDoor(t, environment, { clock, upstream, openStore: () => store })
}

export const replicasInMemory: OpenReplicas = async (t, environment) => {
  const first = await openDoor(t, environment)
  return [first, await replicaInMemory(t, first, environment)]
}

/** Each with a connection of its own. */
export function replicasOnRedis(redis: { url: string; prefix: string }): OpenReplicas {
  const openStore: SharedParts['openStore'] = (settings) =>
    createRedisStore({ ...settings, ...redis, onLost: () => {} })
  return async (t, environment) => {
    const first = await openDoor(t, environment, { openStore })
    const { clock, upstream } = first
    return [first, await openDoor(t, environment, { clock, upstream, openStore })]
  }
}
