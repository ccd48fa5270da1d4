/** Two replicas of mcp, each a process, on one Redis that keeps its data, behind a proxy that changes at every request. */
import type { Test } from 'tap'
import { startGateway, type TestGateway } from '../../mcp/test/support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { type Service, startProcess } from '../support/processes.ts'
import { type OwnRedis, ownRedis } from '../support/redis.ts'
import { type RoundRobin, roundRobin } from '../support/round-robin.ts'
import { compiledReplica } from './compiled.ts'

export interface Replicas {
  mcpUrl: URL
  proxy: RoundRobin
  redis: OwnRedis
  gateway: TestGateway
  services: Service[]
  /** A new process at the place of one that has ended. */
  revive(at: number): Promise<void>
  /** Stopped as an operator does it, one after the other, each with a new process in its place. */
  restartEach(): Promise<void>
}

const script = compiledReplica()

export async function startReplicas(
  t: Test,
  count = 2,
  environment: Record<string, string> = {},
): Promise<Replicas> {
  const redis = await ownRedis(t, ['--appendonly', 'yes'])
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const ports: number[] = []
  const services: Service[] = []
  const revive = async (at: number) => {
    services[at] = await startProcess(
      'a replica',
      [script],
      {
        LOG_LEVEL: 'error',
        REDIS_URL: redis.url,
        GATEWAY_JWKS_URL: gateway.jwksUrl.href,
        ...environment,
      },
      ports[at] ?? 0,
    )
  }
  for (let at = 0; at < count; at++) {
    ports.push(await freePort())
    await revive(at)
  }
  t.teardown(() => Promise.all(services.map((service) => service.kill())))
  const port = await freePort()
  const proxy = await roundRobin(
    port,
    services.map(({ origin }) => origin),
    { strict: true, authorization: async () => `Bearer ${await gateway.mint()}` },
  )
  t.teardown(() => proxy.close())
  const mcpUrl = new URL(`http://localhost:${port}/mcp`)
  const restartEach = async () => {
    for (const at of services.keys()) {
      await services[at]?.stop()
      await revive(at)
    }
  }
  return { mcpUrl, proxy, redis, gateway, services, revive, restartEach }
}
