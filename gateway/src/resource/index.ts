/** Room 5: the guarded door to mcp. */
import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify'
import type { Config } from '../config.ts'
import { jsonErrorHandler } from '../http/json-errors.ts'
import type { Keys } from '../keys/keys.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import type { Store } from '../store/store.ts'
import { createAdmits } from './admitted-origin.ts'
import { type Access, createBearer } from './bearer.ts'
import { challengesOf } from './challenge.ts'
import { createInwardHeaders } from './inward-headers.ts'
import { mcpEndpoint } from './mcp-endpoint.ts'
import type { McpUpstream } from './mcp-upstream.ts'
import { createOpenStreams } from './open-streams.ts'
import { rememberRevoked } from './revoked-grants.ts'
import { createTokenCache } from './token-cache.ts'

export interface ResourceOptions {
  config: Config
  urls: PublicUrls
  store: Store
  keys: Keys
  /** Closed with the room. */
  mcp: McpUpstream
  log: FastifyBaseLogger
  now: () => number
}

export const resource: FastifyPluginAsync<ResourceOptions> = async (app, options) => {
  const { config, urls, store, keys, mcp, log, now } = options
  const revoked = rememberRevoked(store.revocations, now)
  const cache = createTokenCache<Access>({ feed: store.revocations, revoked, now })
  const streams = createOpenStreams({ store, revoked, now })
  const challenges = { Bearer: challengesOf(urls, 'Bearer'), DPoP: challengesOf(urls, 'DPoP') }
  const audience = config.ASSERTION_AUDIENCE

  // The body is mcp's: nothing here reads it, so every kind is accepted as it comes.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setErrorHandler(jsonErrorHandler)
  app.addHook('preClose', async () => streams.close())
  app.addHook('onClose', async () => {
    cache.close()
    revoked.close()
    await mcp.close()
  })
  mcpEndpoint(app, {
    bearer: createBearer({ urls, audience, store, keys, cache, challenges, now }),
    challenges,
    streams,
    mcp,
    admits: createAdmits(urls, config.ALLOWED_ORIGINS),
    inwardHeaders: createInwardHeaders(config.FORWARD_HEADERS.map((name) => name.toLowerCase())),
    log,
  })
}
