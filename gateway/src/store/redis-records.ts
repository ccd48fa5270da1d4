/** Single records in Redis, each a string under its own key, and the indexes of those that are listed. */
import { randomUUID } from 'node:crypto'
import { ZodError } from 'zod'
import { sha256 } from '../oauth/token-value.ts'
import type { Lifetimes } from './lifetimes.ts'
import {
  BEGUN_AGAIN,
  type Kind,
  LISTED,
  type ListedKind,
  type Records,
  schemas,
} from './records.ts'
import { idInKey, type RedisCommands } from './redis-commands.ts'
import { MAX_LISTED, type RecordVerbs } from './store.ts'

export interface RedisRecordsOptions {
  /** Of every key and channel. */
  prefix: string
  lifetimes: Lifetimes
  now: () => number
  /** Told of a record of another release that counts as over, once for each kind, with the fields that are not understood. */
  onUnreadable?: (kind: Kind, fields: string[]) => void
}

interface Taken<K extends Kind> {
  record: Records[K]
  first: boolean
}

export function createRedisRecords(
  { client, scripted, ask }: RedisCommands,
  { prefix, lifetimes, now, onUnreadable }: RedisRecordsOptions,
): RecordVerbs {
  const unreadable = new Set<Kind>()

  function keyOf(kind: Kind, id: string): string {
    return `${prefix}${kind}:${idInKey(id)}`
  }

  function indexKey(kind: ListedKind): string {
    return `${prefix}index:${kind}`
  }

  function json(record: unknown, lifetime: number): string {
    const end = Number.isFinite(lifetime) ? now() + Math.ceil(lifetime) : null
    return JSON.stringify({ e: end, r: record })
  }

  function unwrap<K extends Kind>(kind: K, value: unknown): Taken<K> | undefined {
    if (typeof value !== 'string') return undefined
    const { e, r } = JSON.parse(value.slice(value.indexOf('{'))) as { e: number | null; r: unknown }
    if (e !== null && e <= now()) return undefined
    // A record of another version is not a missing record: it throws.
    return { record: schemas[kind].parse(r), first: value.startsWith('0') }
  }

  /** Of what a person begins again in a moment a record that is not understood is none. */
  function understood<K extends Kind>(kind: K, value: unknown): Taken<K> | undefined {
    try {
      return unwrap(kind, value)
    } catch (error) {
      if (!BEGUN_AGAIN.has(kind) || !(error instanceof ZodError)) throw error
      const fields = error.issues.map(({ path }) => path.join('.'))
      if (!unreadable.has(kind)) onUnreadable?.(kind, fields)
      unreadable.add(kind)
      return undefined
    }
  }

  async function read<K extends Kind>(kind: K, id: string): Promise<Records[K] | undefined> {
    const value = await ask(() => client.get(keyOf(kind, id)))
    return understood(kind, value)?.record
  }

  /** After the record, and `drop` the other way round: an id may be there without a record, never a record without its id. */
  async function enlist(kind: Kind, id: string): Promise<void> {
    if (isListed(kind)) await ask(() => client.zadd(indexKey(kind), 0, id))
  }

  /** What ended by itself; whoever was written anew meanwhile comes back. */
  async function delist(kind: ListedKind, ids: string[]): Promise<void> {
    await ask(() => client.zrem(indexKey(kind), ...ids))
    for (const id of ids) if (await read(kind, id)) await enlist(kind, id)
  }

  return {
    async put(kind, id, record, lifetime = lifetimes[kind]) {
      const value = `0${json(record, lifetime)}`
      await ask(() =>
        Number.isFinite(lifetime)
          ? client.set(keyOf(kind, id), value, 'PX', Math.ceil(lifetime))
          : client.set(keyOf(kind, id), value),
      )
      await enlist(kind, id)
    },
    get: read,
    async claim(kind, id, record, lifetime = lifetimes[kind]) {
      const first = await ask(() =>
        scripted.claim(
          keyOf(kind, id),
          now(),
          json(record, lifetime),
          Number.isFinite(lifetime) ? Math.ceil(lifetime) : 0,
          randomUUID(),
        ),
      )
      await enlist(kind, id)
      return unwrap(kind, first)?.record
    },
    async consume(kind, id) {
      const value = await ask(() => scripted.consume(keyOf(kind, id), randomUUID()))
      return understood(kind, value)
    },
    async extend(kind, id, lifetime = lifetimes[kind]) {
      const there = await ask(() => scripted.extend(keyOf(kind, id), now(), Math.ceil(lifetime)))
      return there === 1
    },
    async replace(kind, id, record) {
      const there = await ask(() =>
        scripted.replace(keyOf(kind, id), now(), JSON.stringify(record)),
      )
      return there === 1
    },
    async drop(kind, id) {
      if (isListed(kind)) await ask(() => client.zrem(indexKey(kind), id))
      await ask(() => client.del(keyOf(kind, id)))
    },
    async list(kind, page = {}) {
      const { after, backwards = false } = page
      const limit = Math.min(page.limit ?? MAX_LISTED, MAX_LISTED)
      const key = indexKey(kind)
      const open = backwards ? '+' : '-'
      const from = after === undefined ? open : `(${after}`
      const [ids, total] = await ask(() =>
        Promise.all([
          backwards
            ? client.zrange(key, from, '-', 'BYLEX', 'REV', 'LIMIT', 0, limit)
            : client.zrange(key, from, '+', 'BYLEX', 'LIMIT', 0, limit),
          client.zcard(key),
        ]),
      )
      const records = await Promise.all(ids.map((id) => read(kind, id)))
      const gone = ids.filter((_, at) => records[at] === undefined)
      if (gone.length > 0) await delist(kind, gone)
      const entries = ids.flatMap((id, at) => {
        const record = records[at]
        return record === undefined ? [] : [{ id, record }]
      })
      return { entries, next: ids.length === limit ? ids.at(-1) : undefined, total }
    },
    async count(name, window) {
      const key = `${prefix}count:${sha256(name)}:${Math.floor(now() / window)}`
      return Number(await ask(() => scripted.count(key, window)))
    },
    async release(id, owner) {
      return (await ask(() => scripted.release(keyOf('link', id), owner))) === 1
    },
  }
}

function isListed(kind: Kind): kind is ListedKind {
  return LISTED.some((listed) => listed === kind)
}
