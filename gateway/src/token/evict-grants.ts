/**
 * Bounds the grants of one person at one client: installations share client ids, so a new authorization never ends an
 * earlier grant by itself, but the least recently used go when there are too many. Those that the person consented to, and
 * those of assertions, have the bound each to themselves: nobody asked the person about the latter, so no burst of them may
 * log out what the person let in.
 */
import type { GrantRecord } from '../store/records/grant.ts'
import type { TokenRoom } from './room.ts'

export async function evictGrants(room: TokenRoom, grant: GrantRecord): Promise<void> {
  const { personId, client_id } = grant
  const most = room.config.GRANTS_PER_CLIENT
  const living = await room.store.grantsOf({ personId, client_id })
  if (living.length <= most) return
  const page = { skip: 0, most: living.length }
  const { grants } = await room.store.listGrants({ personId, client_id }, page)
  const kin = grants.map((listed) => listed.grant).filter((other) => isLike(other, grant))
  const excess = Math.max(0, kin.length - most)
  const oldest = kin.reverse().filter((other) => other.id !== grant.id)
  for (const { id } of oldest.slice(0, excess)) {
    await room.store.revoke(id)
    room.audit('grant_evicted', { grant: id, person: personId, client_id })
  }
}

/** Where there was no code there was an assertion. */
function isLike(one: GrantRecord, other: GrantRecord): boolean {
  return (one.redirect_uri === undefined) === (other.redirect_uri === undefined)
}
