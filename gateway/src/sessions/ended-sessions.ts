/**
 * Sessions that the provider ended, and all that dies with them (OpenID Connect Back-Channel Logout 1.0 §2.7).
 *
 * A tombstone is written first, then what is there is revoked: whatever was begun before and is written later finds the
 * tombstone when it asks `ended` after its own write. So of a logout and a login that race neither has to see the other.
 */
import { sha256 } from '../oauth/token-value.ts'
import type { Audit } from '../operations/audit.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import type { GrantIndex, Store } from '../store/store.ts'
import { personIdOf } from '../students/directory.ts'

/** Whose, or which: `sid` alone, `sub` alone (then every session of that person), or both (then that session). */
export type EndedSession = { iss: string } & (
  | { sid: string; sub?: string | undefined }
  | { sid?: undefined; sub: string }
)

export interface EndedSessions {
  /**
   * Ends every grant of the session, or of the person. A person whose provider names no session in its ID tokens has but one.
   * @param at milliseconds since the epoch: what begins later stays; of what is there already, what began a minute later.
   * @throws StoreUnavailableError, and then say it again
   */
  end(session: EndedSession, at: number): Promise<void>
  /**
   * True where what began then, with this login, is over: asked by whoever keeps something of a login.
   * @param begunAt milliseconds since the epoch. @throws StoreUnavailableError
   */
  ended(
    login: { iss: string; sub: string; sid?: string | undefined },
    begunAt: number,
  ): Promise<boolean>
}

/** Milliseconds by which the clocks of two replicas may differ: an ended session does not come back, so it costs nobody. */
const CLOCK_SKEW = 60_000

export function createEndedSessions(parts: { store: Store; audit: Audit }): EndedSessions {
  const { store, audit } = parts

  async function bury(id: string, at: number): Promise<void> {
    // Of two logouts the later one counts; a repeat of an earlier one must not undo it.
    const known = await store.get('ended', id)
    if (known === undefined || known.at < at) await store.put('ended', id, { version: 1, at })
  }

  /** Where it is said again after a while the person may be back. */
  async function begunBefore(index: GrantIndex, at: number): Promise<string[]> {
    const { grants } = await store.listGrants(index, { skip: 0, most: Number.MAX_SAFE_INTEGER })
    return grants
      .filter(({ grant }) => (grant.begunAt ?? grant.createdAt) <= at + CLOCK_SKEW)
      .map(({ grant }) => grant.id)
  }

  async function revokeAll(grants: readonly string[]): Promise<void> {
    for (const grant of grants) await revokeGrant(parts, grant, { why: 'the session ended' })
  }

  return {
    async end({ iss, sid, sub }, at) {
      const tombstones = [
        ...(sid === undefined ? [] : [idOf(iss, 'sid', sid)]),
        ...(sub === undefined ? [] : [idOf(iss, sid === undefined ? 'sub' : 'no sid', sub)]),
      ]
      await Promise.all(tombstones.map((id) => bury(id, at)))
      const indexes: GrantIndex[] = [
        ...(sid === undefined ? [] : [{ iss, sid }]),
        ...(sub === undefined
          ? []
          : [sid === undefined ? { personId: personIdOf(iss, sub) } : { iss, sub, sid: null }]),
      ]
      const grants = await Promise.all(indexes.map((index) => begunBefore(index, at)))
      const all = [...new Set(grants.flat())]
      await revokeAll(all)
      const person = sub === undefined ? {} : { person: personIdOf(iss, sub) }
      audit('session_ended', {
        iss,
        ...person,
        whole_person: sid === undefined,
        grants: all.length,
      })
    },
    async ended({ iss, sub, sid }, begunAt) {
      const [person, session] = await Promise.all([
        store.get('ended', idOf(iss, 'sub', sub)),
        store.get('ended', sid === undefined ? idOf(iss, 'no sid', sub) : idOf(iss, 'sid', sid)),
      ])
      const slack = sid === undefined ? 0 : CLOCK_SKEW
      return (
        (person !== undefined && begunAt <= person.at) ||
        (session !== undefined && begunAt <= session.at + slack)
      )
    },
  }
}

function idOf(iss: string, kind: 'sid' | 'sub' | 'no sid', value: string): string {
  return sha256(JSON.stringify([iss, kind, value]))
}
