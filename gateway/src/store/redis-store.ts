/** The store in Redis, or in a Redis Cluster: for any number of replicas (ADR 5). Only commands of Redis 7.0. */
import { randomUUID } from 'node:crypto'
import { ZodError } from 'zod'
import type { Role } from '../oauth/scope.ts'
import { sha256, type TokenReference } from '../oauth/token-value.ts'
import {
  BEGUN_AGAIN,
  type GrantRecord,
  type GrantUse,
  grantRecord,
  grantUse,
  type Kind,
  LISTED,
  type Lifetimes,
  type ListedKind,
  type Records,
  schemas,
  type UpstreamSession,
  upstreamSession,
} from './records.ts'
import { COMMAND_TIMEOUT, connectRedis, type RedisClient } from './redis-client.ts'
import { createRedisFeed, NARROWED, type RedisFeed } from './redis-feed.ts'
import { createGrantIndexes, type GrantIndexes } from './redis-indexes.ts'
import { scripts } from './scripts.ts'
import {
  type FoundToken,
  type GrantIndex,
  type IssuedAccessToken,
  type IssuedRefreshToken,
  type IssuedToken,
  isAmong,
  type Listed,
  type ListedGrant,
  type ListPage,
  MAX_LISTED,
  type Redeemed,
  type Rotated,
  type Store,
  StoreUnavailableError,
} from './store.ts'

const TOMBSTONE = 86_400_000
/** Of one part of an index, for those in it that are dead. */
const MAX_READS = 50
/** Grants that are read in the time of one command: however many a person has, they can be logged out. */
const AT_ONCE = 500
const PLAIN_ID = /^[A-Za-z0-9_-]{1,64}$/

export interface RedisStoreOptions {
  url: string
  /** Of every key and channel. */
  prefix: string
  lifetimes: Lifetimes
  now: () => number
  /** Told when the connection is lost, once until it is back. */
  onLost: (error: Error) => void
  /** Told of a record of another release that counts as over, once for each kind, with the fields that are not understood. */
  onUnreadable?: (kind: Kind, fields: string[]) => void
}

type Scripted = Record<keyof typeof scripts, (...args: (string | number)[]) => Promise<unknown>>

interface StoredToken {
  e: number
  s?: string[]
  /** Roles, where they are not all of the grant. */
  r?: Role[]
  /** The key that it is bound to. */
  j?: string
  /** A code that was redeemed. */
  u?: number
}

interface Taken<K extends Kind> {
  record: Records[K]
  first: boolean
}

export function createRedisStore(options: RedisStoreOptions): Store {
  return new RedisStore(options)
}

class RedisStore implements Store {
  readonly revocations: RedisFeed
  readonly #client: RedisClient
  readonly #scripted: Scripted
  readonly #indexes: GrantIndexes
  readonly #options: RedisStoreOptions
  readonly #unreadable = new Set<Kind>()

  constructor(options: RedisStoreOptions) {
    this.#options = options
    this.#client = connectRedis(options.url)
    for (const [name, lua] of Object.entries(scripts)) {
      this.#client.defineCommand(name, { numberOfKeys: 1, lua })
    }
    this.#scripted = this.#client as unknown as Scripted
    this.#indexes = createGrantIndexes(this.#client, options)
    this.revocations = createRedisFeed(options.url, options.prefix, this.#client)
    let lost = false
    this.#client.on('ready', () => {
      lost = false
    })
    this.#client.on('error', (error: Error) => {
      if (!lost) options.onLost(error)
      lost = true
    })
  }

  async put<K extends Kind>(
    kind: K,
    id: string,
    record: Records[K],
    lifetime = this.#options.lifetimes[kind],
  ): Promise<void> {
    const value = `0${this.#json(record, lifetime)}`
    await this.#ask(() =>
      Number.isFinite(lifetime)
        ? this.#client.set(this.#key(kind, id), value, 'PX', Math.ceil(lifetime))
        : this.#client.set(this.#key(kind, id), value),
    )
    await this.#enlist(kind, id)
  }

  async get<K extends Kind>(kind: K, id: string): Promise<Records[K] | undefined> {
    const value = await this.#ask(() => this.#client.get(this.#key(kind, id)))
    return this.#understood(kind, value)?.record
  }

  async claim<K extends Kind>(
    kind: K,
    id: string,
    record: Records[K],
    lifetime = this.#options.lifetimes[kind],
  ): Promise<Records[K] | undefined> {
    const first = await this.#ask(() =>
      this.#scripted.claim(
        this.#key(kind, id),
        this.#options.now(),
        this.#json(record, lifetime),
        Number.isFinite(lifetime) ? Math.ceil(lifetime) : 0,
        randomUUID(),
      ),
    )
    await this.#enlist(kind, id)
    return this.#unwrap(kind, first)?.record
  }

  async consume<K extends Kind>(kind: K, id: string): Promise<Taken<K> | undefined> {
    const value = await this.#ask(() => this.#scripted.consume(this.#key(kind, id), randomUUID()))
    return this.#understood(kind, value)
  }

  async extend(kind: Kind, id: string, lifetime = this.#options.lifetimes[kind]): Promise<boolean> {
    const { now } = this.#options
    const there = await this.#ask(() =>
      this.#scripted.extend(this.#key(kind, id), now(), Math.ceil(lifetime)),
    )
    return there === 1
  }

  async replace<K extends Kind>(kind: K, id: string, record: Records[K]): Promise<boolean> {
    const { now } = this.#options
    const there = await this.#ask(() =>
      this.#scripted.replace(this.#key(kind, id), now(), JSON.stringify(record)),
    )
    return there === 1
  }

  async drop(kind: Kind, id: string): Promise<void> {
    if (isListed(kind)) await this.#ask(() => this.#client.zrem(this.#indexKey(kind), id))
    await this.#ask(() => this.#client.del(this.#key(kind, id)))
  }

  async list<K extends ListedKind>(kind: K, page: ListPage = {}): Promise<Listed<K>> {
    const { after, backwards = false } = page
    const limit = Math.min(page.limit ?? MAX_LISTED, MAX_LISTED)
    const key = this.#indexKey(kind)
    const open = backwards ? '+' : '-'
    const from = after === undefined ? open : `(${after}`
    const [ids, total] = await this.#ask(() =>
      Promise.all([
        backwards
          ? this.#client.zrange(key, from, '-', 'BYLEX', 'REV', 'LIMIT', 0, limit)
          : this.#client.zrange(key, from, '+', 'BYLEX', 'LIMIT', 0, limit),
        this.#client.zcard(key),
      ]),
    )
    const records = await Promise.all(ids.map((id) => this.get(kind, id)))
    const gone = ids.filter((_, at) => records[at] === undefined)
    if (gone.length > 0) await this.#delist(kind, gone)
    const entries = ids.flatMap((id, at) => {
      const record = records[at]
      return record === undefined ? [] : [{ id, record }]
    })
    return { entries, next: ids.length === limit ? ids.at(-1) : undefined, total }
  }

  /** After the record, and `drop` the other way round: an id may be there without a record, never a record without its id. */
  async #enlist(kind: Kind, id: string): Promise<void> {
    if (isListed(kind)) await this.#ask(() => this.#client.zadd(this.#indexKey(kind), 0, id))
  }

  /** What ended by itself; whoever was written anew meanwhile comes back. */
  async #delist(kind: ListedKind, ids: string[]): Promise<void> {
    await this.#ask(() => this.#client.zrem(this.#indexKey(kind), ...ids))
    for (const id of ids) if (await this.get(kind, id)) await this.#enlist(kind, id)
  }

  async count(name: string, window: number): Promise<number> {
    const { prefix, now } = this.#options
    const key = `${prefix}count:${sha256(name)}:${Math.floor(now() / window)}`
    return Number(await this.#ask(() => this.#scripted.count(key, window)))
  }

  async release(id: string, owner: string): Promise<boolean> {
    return (await this.#ask(() => this.#scripted.release(this.#key('link', id), owner))) === 1
  }

  async open(
    grant: GrantRecord,
    use: GrantUse,
    first: IssuedToken | IssuedAccessToken,
  ): Promise<void> {
    const key = this.#grantKey(grant.id)
    const lifetime = Math.max(Math.ceil(first.expiresAt - this.#options.now()), 1)
    const token = { [`${'scopes' in first ? 'a' : 'c'}:${first.hash}`]: tokenJson(first) }
    await this.#ask(() =>
      this.#client
        .multi()
        .hset(key, {
          record: JSON.stringify(grant),
          use: JSON.stringify(use),
          until: first.expiresAt,
          ...token,
        })
        .pexpire(key, lifetime)
        .exec(),
    )
    await this.#ask(() => this.#indexes.add(grant, use.lastUsedAt))
  }

  async find(token: TokenReference): Promise<FoundToken | undefined> {
    const [record, use, stored] = await this.#ask(() =>
      this.#client.hmget(this.#grantKey(token.grantId), 'record', 'use', field(token)),
    )
    if (!record || !use || !stored) return undefined
    const { e, s = [], r, j, u } = JSON.parse(stored) as StoredToken
    // A redeemed code is remembered past its end, so that a replay is told from an unknown one.
    if (e <= this.#options.now() && u === undefined) return undefined
    const grant = grantRecord.parse(JSON.parse(record))
    return {
      grant,
      use: grantUse.parse(JSON.parse(use)),
      expiresAt: e,
      scopes: s,
      roles: r ?? grant.roles,
      ...(j === undefined ? {} : { jkt: j }),
    }
  }

  async redeem(
    code: TokenReference,
    grant: GrantRecord,
    tokens: { access: IssuedAccessToken; refresh: IssuedToken },
    use: GrantUse,
  ): Promise<Redeemed> {
    const outcome = await this.#ask(() =>
      this.#scripted.redeem(
        this.#grantKey(code.grantId),
        this.#options.now(),
        code.hash,
        ...stored(tokens, use),
      ),
    )
    if (outcome === 'redeemed') await this.#touch(grant, use)
    return outcome as Redeemed
  }

  async rotate(
    refresh: TokenReference,
    grant: GrantRecord,
    tokens: { access: IssuedAccessToken; refresh: IssuedRefreshToken },
    use: GrantUse,
    grace: number,
  ): Promise<Rotated> {
    const [outcome, sealed = ''] = (await this.#ask(() =>
      this.#scripted.rotate(
        this.#grantKey(refresh.grantId),
        this.#options.now(),
        refresh.hash,
        ...stored(tokens, use),
        grace,
        tokens.refresh.sealed,
      ),
    )) as [Rotated['outcome'], string?]
    if (outcome === 'rotated' || outcome === 'again') await this.#touch(grant, use)
    return outcome === 'again' ? { outcome, sealed } : { outcome }
  }

  async revoke(grantId: string): Promise<boolean> {
    const { now } = this.#options
    const was = await this.#ask(() =>
      this.#scripted.revoke(
        this.#grantKey(grantId),
        now(),
        this.revocations.channel,
        grantId,
        TOMBSTONE,
      ),
    )
    return was === 1
  }

  async narrow(grantId: string): Promise<boolean> {
    const { now } = this.#options
    const { channel } = this.revocations
    const was = await this.#ask(() =>
      this.#scripted.narrow(this.#grantKey(grantId), now(), channel, `${NARROWED}${grantId}`),
    )
    return was === 1
  }

  async upstreamSession(grantId: string): Promise<UpstreamSession | undefined> {
    const kept = await this.#ask(() => this.#client.hget(this.#grantKey(grantId), 'upstream'))
    return kept ? upstreamSession.parse(JSON.parse(kept)) : undefined
  }

  async keepUpstreamSession(grantId: string, session: UpstreamSession): Promise<boolean> {
    const { now } = this.#options
    const key = this.#grantKey(grantId)
    const kept = await this.#ask(() =>
      this.#scripted.keepUpstream(key, now(), JSON.stringify(session), session.revision),
    )
    return kept === 1
  }

  async isAlive(grantId: string, index?: GrantIndex): Promise<boolean> {
    if (index !== undefined) {
      const listed = await this.#ask(() => this.#listed(grantId))
      return listed !== undefined && isAmong(listed.grant, index)
    }
    const until = await this.#ask(() => this.#client.hget(this.#grantKey(grantId), 'until'))
    return Number(until ?? 0) > this.#options.now()
  }

  async grantsOf(index: GrantIndex, most = Number.POSITIVE_INFINITY): Promise<string[]> {
    for (let reads = 1; ; reads++) {
      const { ids, living } = await this.#leastUsed(index, most)
      // What was dead took places, and is gone from the index now.
      const isAll = ids.length < most || living.length === most
      if (isAll || reads === MAX_READS) return living
    }
  }

  async #leastUsed(index: GrantIndex, most: number) {
    const ids = await this.#ask(() => this.#indexes.members(index, most))
    const alive = await this.#each(ids, (id) => this.isAlive(id))
    const dead = ids.filter((_, at) => !alive[at])
    await this.#ask(() => this.#indexes.remove(index, dead))
    return { ids, living: ids.filter((_, at) => alive[at]) }
  }

  async listGrants(
    index: GrantIndex,
    { skip, most }: { skip: number; most: number },
  ): Promise<{ grants: ListedGrant[]; more: boolean }> {
    const ids = await this.#ask(() => this.#indexes.latest(index, { skip, most: most + 1 }))
    const page = ids.slice(0, most)
    const read = await this.#each(page, (id) => this.#listed(id))
    const dead = page.filter((_, at) => !read[at])
    await this.#ask(() => this.#indexes.remove(index, dead))
    return { grants: read.filter((grant) => grant !== undefined), more: ids.length > most }
  }

  async #each<T>(ids: readonly string[], read: (id: string) => Promise<T>): Promise<T[]> {
    const all: T[] = []
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const part = ids.slice(at, at + AT_ONCE)
      all.push(...(await this.#ask(() => Promise.all(part.map(read)))))
    }
    return all
  }

  async ping(): Promise<void> {
    await this.#ask(() => this.#client.get(this.#key('spent', 'ping')))
  }

  async close(): Promise<void> {
    this.revocations.close()
    this.#client.disconnect()
  }

  async #listed(id: string): Promise<ListedGrant | undefined> {
    const [record, use, until] = await this.#client.hmget(
      this.#grantKey(id),
      'record',
      'use',
      'until',
    )
    if (!record || !use || Number(until ?? 0) <= this.#options.now()) return undefined
    return { grant: grantRecord.parse(JSON.parse(record)), use: grantUse.parse(JSON.parse(use)) }
  }

  // The tokens are written, and the index may be stale: a failure here must not lose them.
  async #touch(grant: GrantRecord, use: GrantUse): Promise<void> {
    await this.#ask(() => this.#indexes.add(grant, use.lastUsedAt)).catch(() => undefined)
  }

  #json(record: unknown, lifetime: number): string {
    const end = Number.isFinite(lifetime) ? this.#options.now() + Math.ceil(lifetime) : null
    return JSON.stringify({ e: end, r: record })
  }

  #unwrap<K extends Kind>(kind: K, value: unknown): Taken<K> | undefined {
    if (typeof value !== 'string') return undefined
    const { e, r } = JSON.parse(value.slice(value.indexOf('{'))) as { e: number | null; r: unknown }
    if (e !== null && e <= this.#options.now()) return undefined
    // A record of another version is not a missing record: it throws.
    return { record: schemas[kind].parse(r), first: value.startsWith('0') }
  }

  /** Of what a person begins again in a moment a record that is not understood is none. */
  #understood<K extends Kind>(kind: K, value: unknown): Taken<K> | undefined {
    try {
      return this.#unwrap(kind, value)
    } catch (error) {
      if (!BEGUN_AGAIN.has(kind) || !(error instanceof ZodError)) throw error
      const fields = error.issues.map(({ path }) => path.join('.'))
      if (!this.#unreadable.has(kind)) this.#options.onUnreadable?.(kind, fields)
      this.#unreadable.add(kind)
      return undefined
    }
  }

  // Ids come from strangers; what is not plainly an id is known by its hash.
  #key(kind: Kind, id: string): string {
    return `${this.#options.prefix}${kind}:${PLAIN_ID.test(id) ? id : `h.${sha256(id)}`}`
  }

  #indexKey(kind: ListedKind): string {
    return `${this.#options.prefix}index:${kind}`
  }

  #grantKey(id: string): string {
    return `${this.#options.prefix}grant:{${PLAIN_ID.test(id) ? id : `h.${sha256(id)}`}}`
  }

  /** @throws StoreUnavailableError within two seconds, whatever Redis does */
  async #ask<T>(command: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('Redis is late')), COMMAND_TIMEOUT)
    })
    try {
      return await Promise.race([command(), late])
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error
      throw new StoreUnavailableError(error)
    } finally {
      clearTimeout(timer)
    }
  }
}

function isListed(kind: Kind): kind is ListedKind {
  return LISTED.some((listed) => listed === kind)
}

function field({ kind, hash }: TokenReference): string {
  return `${{ code: 'c', access: 'a', refresh: 'r' }[kind]}:${hash}`
}

function tokenJson(token: IssuedToken | IssuedAccessToken): string {
  const kept: StoredToken = { e: token.expiresAt }
  if ('scopes' in token) {
    kept.s = token.scopes
    if (token.roles) kept.r = token.roles
  }
  if (token.jkt !== undefined) kept.j = token.jkt
  return JSON.stringify(kept)
}

/** The tokens as the scripts take them. */
function stored(
  { access, refresh }: { access: IssuedAccessToken; refresh: IssuedToken },
  use: GrantUse,
): (string | number)[] {
  return [
    access.hash,
    tokenJson(access),
    refresh.hash,
    tokenJson(refresh),
    JSON.stringify(use),
    Math.max(access.expiresAt, refresh.expiresAt),
  ]
}
