/** Which grants a person, a login at the provider, a client, or a person at a client has: hints; the grant is the truth. */
import { sha256 } from '../oauth/token-value.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { GrantRecord } from './records/grant.ts'
import type { RedisClient } from './redis-client.ts'
import type { GrantIndex } from './store.ts'

export interface GrantIndexes {
  add(grant: GrantRecord, lastUsedAt: number): Promise<void>
  /** Grant ids, least recently used first; some may be dead. @param most may be Infinity */
  members(index: GrantIndex, most: number): Promise<string[]>
  /** The same from the other end: `most` after `skip`. */
  latest(index: GrantIndex, page: { skip: number; most: number }): Promise<string[]>
  remove(index: GrantIndex, grantIds: readonly string[]): Promise<void>
}

export function createGrantIndexes(
  client: RedisClient,
  { prefix, lifetimes }: { prefix: string; lifetimes: Lifetimes },
): GrantIndexes {
  const keyOf = (index: GrantIndex) => {
    const names = Object.keys(index).sort()
    const values = Object.entries(index).sort(([a], [b]) => (a < b ? -1 : 1))
    return `${prefix}grants:${names.join('-')}:${sha256(JSON.stringify(values))}`
  }
  return {
    async add(grant, lastUsedAt) {
      const { id, personId, client_id, iss, sub, sid } = grant
      const login = sid === undefined ? { iss, sub, sid: null } : { iss, sid }
      const indexes: GrantIndex[] = [{ personId }, { client_id }, { personId, client_id }, login]
      // Each its own key, so on a cluster each its own command.
      await Promise.all(
        indexes.map(keyOf).flatMap((key) => [
          client.zadd(key, String(lastUsedAt), id),
          // A client's own lifetime covers each grant of it: what was not used for so long is dead.
          client.zremrangebyscore(key, '-inf', lastUsedAt - lifetimes.client),
          client.pexpire(key, lifetimes.client),
        ]),
      )
    },
    members: (index, most) =>
      client.zrange(keyOf(index), '0', Number.isFinite(most) ? String(most - 1) : '-1'),
    latest: (index, { skip, most }) =>
      client.zrange(keyOf(index), String(skip), String(skip + most - 1), 'REV'),
    async remove(index, grantIds) {
      if (grantIds.length > 0) await client.zrem(keyOf(index), ...grantIds)
    },
  }
}
