/**
 * The house as it stands in the world: two gateways and two mcps with no affinity between requests, real Redis, real
 * Keycloak. The second gateway's wire to Redis can be cut for its subscriber.
 */
import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { MATRIX_SETTINGS } from '../clients/matrix/matrix.ts'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import { type Keycloak, startKeycloak } from '../support/keycloak.ts'
import type { Person } from '../support/person.ts'
import { freePort } from '../support/ports.ts'
import { type Service, startService } from '../support/processes.ts'
import { anyRedis } from '../support/redis.ts'
import { type RedisRelay, redisRelay } from '../support/redis-relay.ts'
import { type RoundRobin, roundRobin } from '../support/round-robin.ts'

/** What a client and its person know of a house. */
export interface Door {
  /** The public origin. */
  origin: string
  mcpUrl: URL
  person(username: string): Person
}

export interface House extends Door {
  gateways: [Service, Service]
  /** Every service that was started, the one more among them. */
  services: Service[]
  /** One more, which the proxy does not know. */
  startGateway(settings?: Record<string, string>): Promise<Service>
  /** Two gateways with settings of their own take the place of the two, while that goes on. */
  withGateways(
    settings: Record<string, string>,
    work: (gateways: [Service, Service]) => Promise<unknown>,
  ): Promise<void>
  /** From the outside to the gateways, and from the gateways to the mcps. */
  outward: RoundRobin
  inward: RoundRobin
  /** Of the second gateway. */
  relay: RedisRelay
  redis: { url: string; prefix: string }
  keycloak: Keycloak
  /** Of clients. */
  documents: DocumentServer
  clientSecret: string
}

export const CONTACT = 'Ask Major Anderson, anderson@battle-school.example.'
const SCHOOL_PASSWORD = 'battle-school'

export function door(origin: string, password = SCHOOL_PASSWORD): Door {
  return {
    origin,
    mcpUrl: new URL('/mcp', origin),
    person: (username) => ({ username, password }),
  }
}

export async function startHouse(t: Test): Promise<House> {
  const port = await freePort()
  const innerPort = await freePort()
  const origin = `http://localhost:${port}`
  const clientSecret = randomBytes(24).toString('base64url')
  const secretKey = randomBytes(32).toString('base64url')

  const redis = await anyRedis(t)
  const relay = await redisRelay(redis.url)
  t.teardown(() => relay.close())
  const keycloak = await startKeycloak({
    gatewayUrl: origin,
    clientSecret,
    demoPassword: SCHOOL_PASSWORD,
  })
  t.teardown(() => keycloak.stop())

  const documents = await startDocumentServer(t)
  const services: Service[] = []
  const start = async (...args: Parameters<typeof startService>) => {
    const service = await startService(...args)
    services.push(service)
    t.teardown(() => service.stop())
    return service
  }
  const gateway = (redisUrl: string, settings: Record<string, string> = {}) =>
    start('gateway', {
      PUBLIC_URL: origin,
      SECRET_KEY: secretKey,
      TRUSTED_PROXIES: '127.0.0.1,::1',
      REDIS_URL: redisUrl,
      GATEWAY_REDIS_PREFIX: `${redis.prefix}gateway:`,
      CIMD_DEVELOPMENT_ORIGINS: documents.origin,
      ...MATRIX_SETTINGS,
      // More than strangers have: all clients of the suite come from one address.
      DCR_PER_ADDRESS: '1000',
      OIDC_ISSUER: keycloak.issuer,
      OIDC_CLIENT_SECRET: clientSecret,
      ENROLMENT_CONTACT: CONTACT,
      MCP_UPSTREAM_URL: `http://localhost:${innerPort}/mcp`,
      ...settings,
    })
  const mcp = (keys: Service) =>
    start('mcp', {
      PUBLIC_URL: origin,
      // Not through the proxy, where it would take a turn that belongs to a client.
      GATEWAY_JWKS_URL: `${keys.origin}/jwks`,
      REDIS_URL: redis.url,
      MCP_REDIS_PREFIX: `${redis.prefix}mcp:`,
    })
  const gateways: [Service, Service] = await Promise.all([gateway(redis.url), gateway(relay.url)])
  const mcps = await Promise.all(gateways.map(mcp))

  const inward = await roundRobin(
    innerPort,
    mcps.map((service) => service.origin),
  )
  t.teardown(() => inward.close())
  const backends = gateways.map((service) => service.origin)
  const outward = await roundRobin(port, backends)
  t.teardown(() => outward.close())
  return {
    ...door(origin),
    gateways,
    services,
    startGateway: (settings) => gateway(redis.url, settings),
    async withGateways(settings, work) {
      const others: [Service, Service] = await Promise.all([
        gateway(redis.url, settings),
        gateway(redis.url, settings),
      ])
      const own = [...backends]
      backends.splice(0, 2, ...others.map((service) => service.origin))
      try {
        await work(others)
      } finally {
        backends.splice(0, 2, ...own)
        await Promise.all(others.map((service) => service.stop()))
      }
    },
    outward,
    inward,
    relay,
    redis,
    keycloak,
    documents,
    clientSecret,
  }
}
