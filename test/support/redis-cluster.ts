/** A Redis Cluster of three nodes without replicas, for as long as the test runs. */
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { ownRedis } from './redis.ts'

const SLOTS = 16_384

/** @returns the URLs of its nodes, once every node knows that all slots are served */
export async function redisCluster(t: Test): Promise<string[]> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']
  const nodes = await Promise.all([1, 2, 3].map(() => ownRedis(t, args)))
  const clients = nodes.map((node) => new Redis(node.url))
  try {
    for (const [index, client] of clients.entries()) {
      const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / nodes.length))
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(Number(to) - 1))
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
    }
    for (const node of nodes) {
      await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', String(node.port))
    }
    for (const client of clients) {
      while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
        await wait(50)
      }
    }
  } finally {
    for (const client of clients) client.disconnect()
  }
  return nodes.map((node) => node.url)
}
