/** Two replicas of mcp with the fixtures in the school's place, on one Redis, behind a proxy that changes at every request. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { buildApp } from '../../mcp/src/app.ts'
import { readConfig } from '../../mcp/src/config.ts'
import { anyRedis } from '../support/redis.ts'
import { type RoundRobin, roundRobin } from '../support/round-robin.ts'
import { fixtureServer } from './fixtures/server.ts'

export interface Replicas {
  mcpUrl: URL
  proxy: RoundRobin
  /** What the replicas logged as an error, and is therefore a fault of ours. */
  faults: string[]
}

/**
 * @param environment of both replicas: whose assertions they trust
 * @param authorization sent with each request
 */
export async function startReplicas(
  t: Test,
  port: number,
  environment: Record<string, string>,
  authorization?: () => Promise<string>,
): Promise<Replicas> {
  const redis = await anyRedis(t)
  const key = randomBytes(32)
  const origins: string[] = []
  const faults: string[] = []
  const logTo = { write: (line: string) => void faults.push(line) }
  for (const _ of ['first', 'second']) {
    const config = readConfig({
      LOG_LEVEL: 'error',
      REDIS_URL: redis.url,
      MCP_REDIS_PREFIX: redis.prefix,
      ...environment,
    })
    const app = buildApp({ config, createServer: fixtureServer(key), logTo })
    t.teardown(() => app.close())
    await app.listen({ port: 0, host: '127.0.0.1' })
    origins.push(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
  }
  const proxy = await roundRobin(port, origins, {
    strict: true,
    ...(authorization && { authorization }),
  })
  t.teardown(() => proxy.close())
  return { mcpUrl: new URL(`http://localhost:${port}/mcp`), proxy, faults }
}
