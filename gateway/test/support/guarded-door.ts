/** The resource room alone, on real HTTP, with a clock, a store that can be cut off, and an MCP server of the test's own. */
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { decodeJwt, type JWTPayload } from 'jose'
import { pino } from 'pino'
import type { Test } from 'tap'
import { type Config, readConfig } from '../../src/config.ts'
import { createKeys } from '../../src/keys/derived-keys.ts'
import type { Keys } from '../../src/keys/keys.ts'
import { type PublicUrls, publicUrls } from '../../src/oauth/issuer.ts'
import { mintToken, newGrantId } from '../../src/oauth/token-value.ts'
import { resource } from '../../src/resource/index.ts'
import { createMcpUpstream, type McpUpstream } from '../../src/resource/mcp-upstream.ts'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { GrantRecord } from '../../src/store/records/grant.ts'
import type { RevocationFeed, RevocationListener, Store } from '../../src/store/store.ts'
import { type McpServer, startMcpServer } from './mcp-server.ts'

export interface GuardedDoor {
  app: FastifyInstance
  config: Config
  urls: PublicUrls
  keys: Keys
  clock: { now: number }
  mcp: McpServer
  upstream: McpUpstream
  store: Store
  /** The store's announcements, which a test may cut. */
  feed: StubFeed
  /** Calls of `find` so far. */
  reads: number
  /** Stands before the store's `find`: to delay it, or to fail. */
  beforeFind: () => Promise<void>
  /** Stands before the store's `isAlive`. */
  beforeIsAlive: () => Promise<void>
  logs: string[]
  /** A grant with one access token, bound to a key where one is given. */
  grant(facts?: Partial<GrantRecord>, jkt?: string): Promise<{ id: string; token: string }>
  /** A request on a connection of its own, not yet ended. */
  open(options: RequestOptions): ClientRequest
  /** A whole request and its whole answer. */
  call(token: string | undefined, options?: RequestOptions & { body?: string }): Promise<Answer>
}

export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
  json(): Record<string, unknown>
}

export class StubFeed implements RevocationFeed {
  live = true
  readonly listeners = new Set<RevocationListener>()
  listen(listener: RevocationListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  narrowed(grantId: string): void {
    for (const listener of this.listeners) listener.narrowed?.(grantId)
  }
  revoked(grantId: string): void {
    for (const listener of this.listeners) listener.revoked(grantId)
  }
  lose(): void {
    this.live = false
    for (const listener of this.listeners) listener.lost()
  }
  restore(): void {
    this.live = true
    for (const listener of this.listeners) listener.restored()
  }
}

export const START = Date.parse('2026-11-23T12:00:00Z')

export async function openGuardedDoor(
  t: Test,
  environment: Record<string, string> = {},
): Promise<GuardedDoor> {
  const clock = { now: START }
  const now = () => clock.now
  const mcp = await startMcpServer(t)
  const config = readConfig({
    SECRET_KEY: 'a secret key of the tests that is long enough',
    OIDC_ISSUER: 'http://localhost:3002',
    OIDC_CLIENT_SECRET: 'upstream secret',
    MCP_UPSTREAM_URL: mcp.url,
    ...environment,
  })
  const upstream = createMcpUpstream(config.MCP_UPSTREAM_URL)
  const urls = publicUrls(config.PUBLIC_URL, upstream.httpSse !== undefined)
  const keys = createKeys({ current: config.SECRET_KEY.reveal(), former: [], now })
  const memory = createMemoryStore({ now, lifetimes: lifetimes(config) })
  const feed = new StubFeed()
  const stop = memory.revocations.listen({
    // A cut feed announces nothing.
    revoked: (grantId) => feed.live && feed.revoked(grantId),
    lost() {},
    restored() {},
  })
  const logs: string[] = []
  const log: FastifyBaseLogger = pino(
    { level: 'info' },
    { write: (line: string) => void logs.push(line) },
  )

  const door: GuardedDoor = {
    app: Fastify({
      loggerInstance: log,
      logController: new LogController({ disableRequestLogging: true }),
    }),
    config,
    urls,
    keys,
    clock,
    mcp,
    upstream,
    feed,
    reads: 0,
    beforeFind: async () => {},
    beforeIsAlive: async () => {},
    logs,
    store: {
      ...memory,
      revocations: feed,
      async find(token) {
        door.reads++
        await door.beforeFind()
        return memory.find(token)
      },
      async isAlive(grantId) {
        await door.beforeIsAlive()
        return memory.isAlive(grantId)
      },
    },
    async grant(facts = {}, jkt = undefined) {
      const id = newGrantId()
      const record: GrantRecord = {
        version: 1,
        id,
        iss: 'http://localhost:3002',
        sub: 'sub-ender',
        rule: 'claim',
        personId: 'person-ender',
        studentId: 'BS-2401',
        roles: ['student'],
        client_id: 'client-1',
        redirect_uri: 'https://claude.ai/api/mcp/auth_callback',
        code_challenge: 'x',
        resource: urls.resource,
        scopeConsented: ['school:read', 'school:write'],
        scopeGranted: ['school:read', 'school:write'],
        createdAt: clock.now,
        ...facts,
      }
      const use = { lastUsedAt: clock.now, address: '127.0.0.1' }
      const code = mintToken('code', id)
      const access = mintToken('access', id)
      const expiresAt = clock.now + config.ACCESS_TOKEN_TTL * 1000
      await memory.open(record, use, { hash: code.reference.hash, expiresAt })
      const tokens = {
        access: { hash: access.reference.hash, expiresAt, scopes: record.scopeGranted, jkt },
        refresh: { hash: mintToken('refresh', id).reference.hash, expiresAt },
      }
      await memory.redeem(code.reference, record, tokens, use)
      return { id, token: access.value }
    },
    open: (options) => request({ port, path: '/mcp', agent: false, ...options }),
    async call(token, { body, ...options } = {}) {
      const outgoing = door.open({
        method: 'POST',
        ...options,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.headers as Record<string, string>),
        },
      })
      outgoing.end(body)
      const incoming = await answerOf(outgoing)
      const text = await textOf(incoming)
      return {
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: text,
        json: () => JSON.parse(text),
      }
    },
  }
  await door.app.register(resource, {
    config,
    urls,
    store: door.store,
    keys,
    mcp: upstream,
    log,
    now,
  })
  await door.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = door.app.server.address() as AddressInfo
  t.teardown(async () => {
    await door.app.close()
    stop()
    await memory.close()
  })
  return door
}

export function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => outgoing.once('response', resolve).once('error', reject))
}

export async function textOf(incoming: Readable): Promise<string> {
  let text = ''
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk
  return text
}

/** The claims of the assertion that mcp was sent. */
export function assertionOf(received: { headers: IncomingMessage['headers'] }): JWTPayload {
  return decodeJwt(String(received.headers.authorization).replace('Bearer ', ''))
}
