/** The floor plan of mcp: its parts, then its doors. */
import fastify, { type FastifyInstance, LogController } from 'fastify'
import { verifyAssertion } from './authentication/assertion.ts'
import { gatewayKeys } from './authentication/gateway-keys.ts'
import { rememberVerified } from './authentication/verified-assertions.ts'
import type { Config } from './config.ts'
import { healthzEndpoint } from './operations/healthz-endpoint.ts'
import { readyzEndpoint } from './operations/readyz-endpoint.ts'
import { connectRedis } from './redis/redis-client.ts'
import { battleSchool } from './school/battle-school.ts'
import { MemorySchoolStore } from './school/memory-school-store.ts'
import { RedisSchoolStore } from './school/redis-school-store.ts'
import type { Roster, SchoolStore } from './school/school-store.ts'
import { schoolServer } from './school-server.ts'
import { mcpEndpoint } from './transport/mcp-endpoint.ts'
import type { ServerFactory } from './transport/serving.ts'

export interface AppOptions {
  config: Config
  /** Takes the school's place behind the door: any MCP server will do. */
  createServer?: ServerFactory
  /** What the school starts with. */
  roster?: Roster
  /** Milliseconds since the epoch. */
  now?: () => number
  /** Where log lines go instead of standard output. */
  logTo?: { write(line: string): void }
}

export function buildApp({
  config,
  createServer,
  roster = battleSchool,
  now = Date.now,
  logTo,
}: AppOptions): FastifyInstance {
  const app = fastify({
    logger: { level: config.LOG_LEVEL, ...(logTo && { stream: logTo }) },
    // The gateway logs each request; what is refused or fails here has a line of its own.
    logController: new LogController({ disableRequestLogging: true }),
  })
  const onError = (error: Error) => app.log.error({ err: error }, 'a tool failed')

  const school = openSchool(config, roster, (error) => {
    app.log.error({ err: error }, 'Redis is lost; trying again')
  })
  app.addHook('onClose', () => school.close())
  const { origin } = config.PUBLIC_URL
  const rules = {
    issuer: origin,
    audience: config.ASSERTION_AUDIENCE,
    keys: gatewayKeys(config.GATEWAY_JWKS_URL),
    resourceMetadataUrl: `${origin}/.well-known/oauth-protected-resource/mcp`,
    now,
  }
  const verify = rememberVerified((token) => verifyAssertion(token, rules), now)

  healthzEndpoint(app)
  readyzEndpoint(app, { school })
  app.register(mcpEndpoint, { createServer: createServer ?? schoolServer(school, onError), verify })
  return app
}

function openSchool(config: Config, roster: Roster, onLost: (error: Error) => void): SchoolStore {
  if (config.REDIS_URL.length === 0) return new MemorySchoolStore(roster)
  return new RedisSchoolStore({
    client: connectRedis(config.REDIS_URL),
    prefix: config.MCP_REDIS_PREFIX,
    roster,
    onLost,
  })
}
