/** The floor plan of mcp: its parts, then its doors. */
import fastify, { type FastifyInstance, LogController } from 'fastify'
import { verifyAssertion } from './authentication/assertion.ts'
import { gatewayKeys } from './authentication/gateway-keys.ts'
import { rememberVerified } from './authentication/verified-assertions.ts'
import type { Config } from './config.ts'
import { healthzEndpoint } from './operations/healthz-endpoint.ts'
import { OutageLog } from './operations/outage-log.ts'
import { readyzEndpoint } from './operations/readyz-endpoint.ts'
import { openParts } from './parts.ts'
import { battleSchool } from './school/battle-school.ts'
import type { Roster } from './school/school-store.ts'
import { schoolServer } from './school-server.ts'
import type { ServerFactory } from './serving.ts'
import { transport } from './transport/index.ts'

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
    // Streams and calls are ended before; what is left are connections that a client keeps for later.
    forceCloseConnections: true,
    // The gateway logs each request; what is refused or fails here has a line of its own.
    logController: new LogController({ disableRequestLogging: true }),
  })
  const onError = (error: Error) => app.log.error({ err: error }, 'a tool failed')
  const outages = new OutageLog(app.log)
  const { school, sessions, bus, feed, close } = openParts(config, roster, now, app.log, outages)
  app.addHook('onClose', close)
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
  app.register(transport, {
    createServer: createServer ?? schoolServer(school, onError, now),
    verify,
    sessions,
    bus,
    feed,
    lifetime: config.SESSION_LIFETIME * 1000,
    perPerson: {
      calls: config.CALLS_PER_PERSON,
      streams: config.STREAMS_PER_PERSON,
      completions: config.COMPLETIONS_PER_MINUTE,
    },
    outages,
    host: config.HOST,
    publicUrl: config.PUBLIC_URL,
    now,
  })
  return app
}
