/**
 * The connection to Redis or to a Redis Cluster: boots while Redis is down and goes on trying, gives a command up before two
 * seconds are over, and sends only what a user without administrator commands may send.
 */
import { Cluster, Redis } from 'ioredis'

/** Milliseconds after which a command is given up. */
export const COMMAND_TIMEOUT = 1_000
const LONGEST_BACKOFF = 1_000

export type RedisClient = Redis | Cluster

/** @param urls one URL: that Redis. Several, comma-separated: first nodes of a cluster, with one user and password. */
export function connectRedis(urls: string): RedisClient {
  const nodes = urls.split(',').map((url) => url.trim())
  const retryStrategy = (attempt: number) => Math.min(attempt * 100, LONGEST_BACKOFF)
  const options = {
    commandTimeout: COMMAND_TIMEOUT,
    connectTimeout: COMMAND_TIMEOUT,
    // A connection that swallows commands without a word is replaced.
    socketTimeout: 2 * COMMAND_TIMEOUT,
    maxRetriesPerRequest: 1,
    // INFO and CLIENT SETINFO are an administrator's, or not in Redis 7.0.
    enableReadyCheck: false,
    disableClientInfo: true,
    // Its own resubscription catches no rejection, which would end the process; the feed subscribes when it is ready.
    autoResubscribe: false,
  }
  const [first = ''] = nodes
  if (nodes.length === 1) return new Redis(first, { ...options, retryStrategy })
  const { username, password, protocol } = new URL(first)
  return new Cluster(nodes, {
    enableReadyCheck: false,
    clusterRetryStrategy: retryStrategy,
    redisOptions: {
      ...options,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  })
}
