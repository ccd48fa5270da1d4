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
import { messagesEndpoint } from './messages-endpoint.ts'
import { createOpenStreams } from './open-streams.ts'
import { rememberRevoked } from './revoked-grants.ts'
import type { ResourceRoom } from './room.ts'
import { sseEndpoint } from './sse-endpoint.ts'
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
  const audience = config.ASSERTION_AUDIENCE
  const admits = createAdmits(urls, config.ALLOWED_ORIGINS)
  const inwardHeaders = createInwardHeaders(
    config.FORWARD_HEADERS.map((name) => name.toLowerCase()),
  )

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

  // One resource with one audience, whose doors say each where its own metadata is.
  const roomOf = (resourceMetadata: string): ResourceRoom => {
    const challenges = {
      Bearer: challengesOf(resourceMetadata, 'Bearer'),
      DPoP: challengesOf(resourceMetadata, 'DPoP'),
    }
    const bearer = createBearer({ urls, audience, store, keys, cache, challenges, now })
    return { bearer, challenges, streams, mcp, admits, inwardHeaders, log, now }
  }
  mcpEndpoint(app, roomOf(urls.resourceMetadata))
  if (urls.sse === undefined || mcp.httpSse === undefined) return
  const room = roomOf(urls.sse.resourceMetadata)
  sseEndpoint(app, room, mcp.httpSse)
  messagesEndpoint(app, room, mcp.httpSse)
}
