/** Redis where REDIS_URL names it, memory where it does not. */
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config.ts'
import { lifetimes } from './lifetimes.ts'
import { createMemoryStore } from './memory-store.ts'
import { createRedisStore } from './redis-store.ts'
import type { Store } from './store.ts'

export function openStore(config: Config, log: FastifyBaseLogger, now: () => number): Store {
  if (config.REDIS_URL === '') return createMemoryStore({ now, lifetimes: lifetimes(config) })
  return createRedisStore({
    url: config.REDIS_URL,
    prefix: config.GATEWAY_REDIS_PREFIX,
    lifetimes: lifetimes(config),
    now,
    onLost: (error) => log.error({ err: error }, 'Redis is lost; trying again'),
    onUnreadable: (kind, fields) =>
      log.warn({ kind, fields }, 'logins that another release began have to be begun again'),
  })
}
