/**
 * The connection to Redis or to a Redis Cluster. It boots while Redis is down and goes on trying; it sends only what a
 * user without administrator commands may send (no INFO, no CLIENT SETINFO, which Redis 7.0 has not).
 */
import { Cluster, Redis } from 'ioredis'

/** ms after which a command is given up: an outage is answered within 2 s. */
export const COMMAND_TIMEOUT = 1_500

/** Either kind: the commands that we use touch one key each, so they run on both alike. */
export type RedisClient = Redis | Cluster

/**
 * @param urls one URL: that Redis. Several: the first nodes of a cluster, with one user and password.
 * @param use.subscribes may be silent for as long as nothing is published; asks for its subscriptions itself
 */
export function connectRedis(
  urls: readonly string[],
  { subscribes = false }: { subscribes?: boolean } = {},
): RedisClient {
  const retryStrategy = (attempt: number) => Math.min(attempt * 100, 1_000)
  const options = {
    commandTimeout: COMMAND_TIMEOUT,
    connectTimeout: COMMAND_TIMEOUT,
    // A connection that swallows commands without a word is replaced.
    ...(!subscribes && { socketTimeout: COMMAND_TIMEOUT }),
    autoResubscribe: !subscribes,
    maxRetriesPerRequest: 1,
    enableReadyCheck: false,
    disableClientInfo: true,
  }
  const [first, ...others] = urls
  if (first === undefined) throw new TypeError('at least one Redis URL is needed')
  if (others.length === 0) return new Redis(first, { ...options, retryStrategy })
  const { username, password, protocol } = new URL(first)
  return new Cluster([...urls], {
    enableReadyCheck: false,
    clusterRetryStrategy: retryStrategy,
    redisOptions: {
      ...options,
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  })
}
