import type { Lifetimes } from './lifetimes.ts'
import {
  type GrantRecord,
  type GrantUse,
  grantRecord,
  grantUse,
  upstreamSession,
} from './records/grant.ts'
import { idInKey, type RedisCommands } from './redis-commands.ts'
import { NARROWED } from './redis-feed.ts'
import { createGrantIndexes } from './redis-indexes.ts'
import { field, type StoredToken, stored, tokenJson } from './redis-tokens.ts'
import {
  type GrantIndex,
  type GrantVerbs,
  isAmong,
  type ListedGrant,
  type Redeemed,
  type Rotated,
} from './store.ts'

const TOMBSTONE = 86_400_000
/** Of one part of an index, for those in it that are dead. */
const MAX_READS = 50
/** Grants that are read in the time of one command: however many a person has, they can be logged out. */
const AT_ONCE = 500

/** @param options `channel` of the feed on which it announces what is revoked or narrowed */
export function createRedisGrants(
  { client, scripted, ask }: RedisCommands,
  options: { prefix: string; lifetimes: Lifetimes; now: () => number; channel: string },
): GrantVerbs {
  const { prefix, now, channel } = options
  const indexes = createGrantIndexes(client, options)

  function keyOf(id: string): string {
    return `${prefix}grant:{${idInKey(id)}}`
  }

  async function livingGrant(id: string): Promise<ListedGrant | undefined> {
    const [record, use, until] = await client.hmget(keyOf(id), 'record', 'use', 'until')
    if (!record || !use || Number(until ?? 0) <= now()) return undefined
    return { grant: grantRecord.parse(JSON.parse(record)), use: grantUse.parse(JSON.parse(use)) }
  }

  async function isAlive(grantId: string, index?: GrantIndex): Promise<boolean> {
    if (index !== undefined) {
      const living = await ask(() => livingGrant(grantId))
      return living !== undefined && isAmong(living.grant, index)
    }
    const until = await ask(() => client.hget(keyOf(grantId), 'until'))
    return Number(until ?? 0) > now()
  }

  async function each<T>(ids: readonly string[], read: (id: string) => Promise<T>): Promise<T[]> {
    const all: T[] = []
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const part = ids.slice(at, at + AT_ONCE)
      all.push(...(await ask(() => Promise.all(part.map(read)))))
    }
    return all
  }

  async function leastUsed(index: GrantIndex, most: number) {
    const ids = await ask(() => indexes.members(index, most))
    const alive = await each(ids, (id) => isAlive(id))
    const dead = ids.filter((_, at) => !alive[at])
    await ask(() => indexes.remove(index, dead))
    return { ids, living: ids.filter((_, at) => alive[at]) }
  }

  // The tokens are written, and the index may be stale: a failure here must not lose them.
  async function touch(grant: GrantRecord, use: GrantUse): Promise<void> {
    await ask(() => indexes.add(grant, use.lastUsedAt)).catch(() => undefined)
  }

  return {
    async open(grant, use, first) {
      const key = keyOf(grant.id)
      const lifetime = Math.max(Math.ceil(first.expiresAt - now()), 1)
      const token = { [`${'scopes' in first ? 'a' : 'c'}:${first.hash}`]: tokenJson(first) }
      await ask(() =>
        client
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
      await ask(() => indexes.add(grant, use.lastUsedAt))
    },
    async find(token) {
      const [record, use, stored] = await ask(() =>
        client.hmget(keyOf(token.grantId), 'record', 'use', field(token)),
      )
      if (!record || !use || !stored) return undefined
      const { e, s = [], r, j, u } = JSON.parse(stored) as StoredToken
      // A redeemed code is remembered past its end, so that a replay is told from an unknown one.
      if (e <= now() && u === undefined) return undefined
      const grant = grantRecord.parse(JSON.parse(record))
      return {
        grant,
        use: grantUse.parse(JSON.parse(use)),
        expiresAt: e,
        scopes: s,
        roles: r ?? grant.roles,
        ...(j === undefined ? {} : { jkt: j }),
      }
    },
    async redeem(code, grant, tokens, use) {
      const outcome = await ask(() =>
        scripted.redeem(keyOf(code.grantId), now(), code.hash, ...stored(tokens, use)),
      )
      if (outcome === 'redeemed') await touch(grant, use)
      return outcome as Redeemed
    },
    async rotate(refresh, grant, tokens, use, grace) {
      const [outcome, sealed = ''] = (await ask(() =>
        scripted.rotate(
          keyOf(refresh.grantId),
          now(),
          refresh.hash,
          ...stored(tokens, use),
          grace,
          tokens.refresh.sealed,
        ),
      )) as [Rotated['outcome'], string?]
      if (outcome === 'rotated' || outcome === 'again') await touch(grant, use)
      return outcome === 'again' ? { outcome, sealed } : { outcome }
    },
    async revoke(grantId) {
      const was = await ask(() =>
        scripted.revoke(keyOf(grantId), now(), channel, grantId, TOMBSTONE),
      )
      return was === 1
    },
    async narrow(grantId) {
      const was = await ask(() =>
        scripted.narrow(keyOf(grantId), now(), channel, `${NARROWED}${grantId}`),
      )
      return was === 1
    },
    async upstreamSession(grantId) {
      const kept = await ask(() => client.hget(keyOf(grantId), 'upstream'))
      return kept ? upstreamSession.parse(JSON.parse(kept)) : undefined
    },
    async keepUpstreamSession(grantId, session) {
      const key = keyOf(grantId)
      const kept = await ask(() =>
        scripted.keepUpstream(key, now(), JSON.stringify(session), session.revision),
      )
      return kept === 1
    },
    isAlive,
    async grantsOf(index, most = Number.POSITIVE_INFINITY) {
      for (let reads = 1; ; reads++) {
        const { ids, living } = await leastUsed(index, most)
        // What was dead took places, and is gone from the index now.
        const isAll = ids.length < most || living.length === most
        if (isAll || reads === MAX_READS) return living
      }
    },
    async listGrants(index, { skip, most }) {
      const ids = await ask(() => indexes.latest(index, { skip, most: most + 1 }))
      const page = ids.slice(0, most)
      const read = await each(page, livingGrant)
      const dead = page.filter((_, at) => !read[at])
      await ask(() => indexes.remove(index, dead))
      return { grants: read.filter((grant) => grant !== undefined), more: ids.length > most }
    },
  }
}
