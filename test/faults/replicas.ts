/** Two replicas of mcp, each a process, on one Redis that keeps its data, behind a proxy that changes at every request. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  ElicitRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
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
  return { mcpUrl, proxy, redis, gateway, services, revive }
}

export interface Live {
  client: Client
  /** Told of each elicitation; it is answered with yes once `reply` resolves. */
  asked(): Promise<void>
  /** How often the list of tools was said to have changed; resolves at so many. */
  changes(count: number): Promise<void>
  seen(): number
}

/** A client of the v1 SDK, which comes back with Last-Event-ID as often as it must. */
export async function connect(t: Test, { mcpUrl }: Replicas, answers = true): Promise<Live> {
  const client = new Client({ name: 'v1', version: '1' }, { capabilities: { elicitation: {} } })
  let asked = () => {}
  let wasAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  let replies = answers
  client.setRequestHandler(ElicitRequestSchema, async () => {
    asked()
    if (!replies) {
      replies = true
      wasAsked = new Promise(() => {})
      await new Promise(() => {})
    }
    return { action: 'accept', content: { sure: true } }
  })
  let seen = 0
  const waiting = new Set<() => void>()
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    seen++
    for (const each of waiting) each()
  })
  await client.connect(
    new StreamableHTTPClientTransport(mcpUrl, {
      reconnectionOptions: {
        initialReconnectionDelay: 200,
        maxReconnectionDelay: 500,
        reconnectionDelayGrowFactor: 1.5,
        maxRetries: 100,
      },
    }) as Transport,
  )
  t.teardown(() => client.close())
  return {
    client,
    asked: () => wasAsked,
    seen: () => seen,
    changes: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (seen < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

export async function callText(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args })
  return (result.content as { text?: string }[])[0]?.text
}
