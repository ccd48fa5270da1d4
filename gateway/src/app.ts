/** The floor plan: the parts, then the rooms in the order in which a client meets them. */
import cookie from '@fastify/cookie'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  LogController,
} from 'fastify'
import { enter, loginFailed } from './account/entrance.ts'
import { account } from './account/index.ts'
import { authorization } from './authorization/index.ts'
import type { GuardedFetch } from './clients/documents/guarded-fetch.ts'
import { openClients } from './clients/open-clients.ts'
import type { Config } from './config.ts'
import { discovery } from './discovery/index.ts'
import { createBrowserCookies } from './http/browser-cookie.ts'
import { finishRequests } from './http/finish-requests.ts'
import { jsonErrorHandler } from './http/json-errors.ts'
import { boundPipelining } from './http/pipelining.ts'
import { createRateLimit } from './http/rate-limit.ts'
import { createKeys } from './keys/derived-keys.ts'
import { logout } from './logout/index.ts'
import { publicUrls } from './oauth/issuer.ts'
import { createAudit } from './operations/audit.ts'
import { operations } from './operations/index.ts'
import { logStep } from './operations/logging.ts'
import { createMetrics } from './operations/metrics.ts'
import { countProviders } from './operations/provider-metrics.ts'
import { registration } from './registration/index.ts'
import { resource } from './resource/index.ts'
import { createMcpUpstream } from './resource/mcp-upstream.ts'
import { createEndedSessions } from './sessions/ended-sessions.ts'
import type { LoginParts } from './sessions/login-parts.ts'
import { createUpstreamCheck } from './sessions/upstream-check.ts'
import type { Store } from './store/store.ts'
import { createDirectory } from './students/directory.ts'
import { policyOf } from './students/policy.ts'
import { token } from './token/index.ts'
import { createAssertionIssuers } from './upstream/assertion-issuers.ts'
import type { Providers } from './upstream/providers.ts'
import { providerSettings } from './upstream/read-provider-settings.ts'

export interface AppOptions {
  config: Config
  store: Store
  providers: Providers
  log: FastifyBaseLogger
  /** Milliseconds since the epoch. */
  now: () => number
  /** In place of the network, for documents of clients. */
  fetchDocument?: GuardedFetch
}

/** Milliseconds in which a whole request must have arrived; answers may take as long as they like. */
const REQUEST_TIMEOUT = 60_000

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, store, providers, log, now, fetchDocument } = options
  const mcp = createMcpUpstream(config.MCP_UPSTREAM_URL)
  const urls = publicUrls(config.PUBLIC_URL, mcp.httpSse !== undefined)
  const keys = createKeys({
    current: config.SECRET_KEY.reveal(),
    former: config.FORMER_SECRET_KEYS.map((secret) => secret.reveal()),
    now,
  })
  const metrics = createMetrics()
  countProviders(metrics, providers)
  const audit = createAudit(log, metrics)
  const policy = policyOf(config)
  const directory = createDirectory({ policy, store, audit, now })
  const endedSessions = createEndedSessions({ store, audit })
  const upstreamCheck = createUpstreamCheck({
    config,
    store,
    keys,
    providers,
    directory,
    audit,
    log,
    now,
  })
  const { admission, clients, authenticateClient } = openClients({
    config,
    store,
    urls,
    now,
    fetchDocument,
  })
  const assertionIssuers = createAssertionIssuers({
    issuers: config.ID_JAG_ISSUERS,
    providers: providerSettings(config),
    now,
  })
  const rateLimit = createRateLimit({ store, now })
  const cookies = createBrowserCookies({ secure: urls.secure, lifetime: config.LOGIN_TTL })
  const login: LoginParts = {
    config,
    urls,
    store,
    keys,
    providers,
    directory,
    endedSessions,
    rateLimit,
    audit,
    cookies,
    now,
  }

  const harden = (reply: FastifyReply) => {
    reply.header('x-content-type-options', 'nosniff')
    if (urls.secure) reply.header('strict-transport-security', 'max-age=31536000')
    return reply
  }
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT,
    forceCloseConnections: true,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : false,
    // A path that cannot be decoded meets no hook and no room; Fastify's own answer would repeat it.
    frameworkErrors: (error, request, reply) => jsonErrorHandler(error, request, harden(reply)),
  })
  boundPipelining(app)
  app.addHook('onRequest', async (_request, reply) => void harden(reply))
  // For what belongs to no room; each room has its own.
  app.setErrorHandler(jsonErrorHandler)
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not_found' }))

  const oauth: FastifyPluginAsync = async (front) => {
    front.addHook('onResponse', logStep)
    finishRequests(front)
    await front.register(cookie)
    await front.register(discovery, { config, urls, keys })
    await front.register(registration, { config, urls, store, admission, rateLimit, audit, now })
    await front.register(authorization, {
      ...login,
      clients,
      authenticateClient,
      account: {
        enter: (...arrival) => enter(login, ...arrival),
        loginFailed: (...failure) => loginFailed(login, ...failure),
      },
    })
    await front.register(account, login)
    await front.register(token, {
      config,
      urls,
      store,
      policy,
      directory,
      endedSessions,
      upstreamCheck,
      clients,
      authenticateClient,
      assertionIssuers,
      audit,
      now,
    })
    await front.register(logout, { providers, endedSessions, store, audit, now })
  }
  await app.register(oauth)
  await app.register(resource, { config, urls, store, keys, mcp, log, now })
  await app.register(operations, {
    store,
    providers,
    mcpState: () => mcp.state,
    metrics,
    metricsToken: config.METRICS_TOKEN,
  })
  return app
}
