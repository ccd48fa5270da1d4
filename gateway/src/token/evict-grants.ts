/**
 * Bounds the grants of one person at one client: installations share client ids, so a new authorization never ends an
 * earlier grant by itself, but the least recently used go when there are too many.
 */
import type { GrantRecord } from '../store/records.ts'
import type { TokenRoom } from './room.ts'

export async function evictGrants(room: TokenRoom, grant: GrantRecord): Promise<void> {
  const { personId, client_id } = grant
  const living = await room.store.grantsOf({ personId, client_id })
  const excess = Math.max(0, living.length - room.config.GRANTS_PER_CLIENT)
  for (const id of living.filter((other) => other !== grant.id).slice(0, excess)) {
    await room.store.revoke(id)
    room.audit('grant_evicted', { grant: id, person: personId, client_id })
  }
}
