/**
 * Which login is which student: one person per issuer and student, claimed atomically, and the assignment of those whose
 * provider has no student claim.
 *
 * A link is claimed before its assignment is written and released after it is gone, so that a step that was cut off leaves a
 * student who is refused to others, never one who is two people.
 */
import { sha256 } from '../oauth/token-value.ts'
import type { AssignmentRecord } from '../store/records/directory.ts'
import type { Store } from '../store/store.ts'
import type { History } from './history.ts'
import { claimDecides, type Policy } from './policy.ts'

export interface Login {
  iss: string
  sub: string
}

export interface Links {
  /** Undefined when the link is this person's now, else the person who has it. */
  claim(personId: string, iss: string, studentId: string, by: string): Promise<string | undefined>
  release(personId: string, iss: string, studentId: string): Promise<void>
  /** Where the provider has no student claim: who the directory says that this login is. */
  assignmentOf(login: Login): Promise<AssignmentRecord | undefined>
  /** True while the student of this login rests on an assignment. */
  isAssigned(login: Login, studentId: string): Promise<boolean>
  /** True where an operator took the link of this login away: then no rule by e-mail makes one. */
  wasUnlinked(login: Login): Promise<boolean>
  /**
   * False where the student is somebody else, or the login another student, already; by e-mail where the login was unlinked.
   * By hand it may be linked by e-mail again, too.
   */
  assign(
    login: Login,
    studentId: string,
    made: Pick<AssignmentRecord, 'how' | 'by'>,
  ): Promise<boolean>
  /** Nothing reads it any more; the link is released apart, once no grant reads that either. */
  unassign(login: Login, studentId: string, by: string): Promise<void>
  /** True where nobody but this person is linked to the student, at any provider. */
  isFree(personId: string, studentId: string): Promise<boolean>
  /** Who is linked to a student, by whoever may say so in this house. */
  ownersOf(studentId: string): Promise<{ personId: string; iss: string }[]>
}

/** Stands for every issuer: of two people whom e-mail would make one student, at any two providers, one is first. */
const BY_EMAIL = 'email'

export function createLinks(parts: {
  policy: Policy
  store: Store
  history: History
  now: () => number
}): Links {
  const { policy, store, history, now } = parts

  async function claimRecord(personId: string, iss: string, studentId: string) {
    const link = { version: 1, owner: personId, iss, studentId, linkedAt: now() } as const
    return store.claim('link', linkId(iss, studentId), link)
  }

  const links: Links = {
    async claim(personId, iss, studentId, by) {
      const holder = await claimRecord(personId, iss, studentId)
      if (!holder) await history.add({ action: 'linked', by, personId, iss, studentId })
      return holder === undefined || holder.owner === personId ? undefined : holder.owner
    },
    async release(personId, iss, studentId) {
      await store.release(linkId(iss, studentId), personId)
      await store.release(linkId(BY_EMAIL, studentId), personId)
    },
    async assignmentOf({ iss, sub }) {
      if (claimDecides(policy, policy.claimsOf(iss))) return undefined
      return store.get('assignment', personIdOf(iss, sub))
    },
    async isAssigned(login, studentId) {
      return (await links.assignmentOf(login))?.studentId === studentId
    },
    async wasUnlinked({ iss, sub }) {
      return (await store.get('unlinked', personIdOf(iss, sub))) !== undefined
    },
    async assign(login, studentId, { how, by }) {
      const personId = personIdOf(login.iss, login.sub)
      if (how === 'email') {
        const first = await claimRecord(personId, BY_EMAIL, studentId)
        if (first && first.owner !== personId) return false
      }
      const holder = await claimRecord(personId, login.iss, studentId)
      if (holder && holder.owner !== personId) {
        if (how === 'email') await store.release(linkId(BY_EMAIL, studentId), personId)
        return false
      }
      const { iss, sub } = login
      const assignment = { version: 1, iss, sub, studentId, how, by, assignedAt: now() } as const
      const earlier = await store.claim('assignment', personId, assignment)
      if (earlier && earlier.studentId !== studentId) {
        await links.release(personId, login.iss, studentId)
        return false
      }
      // Since the rules were walked: the mark is there before the link goes.
      if (how === 'email' && !earlier && (await links.wasUnlinked(login))) {
        await store.drop('assignment', personId)
        await links.release(personId, login.iss, studentId)
        return false
      }
      if (how === 'command' || how === 'approval') await store.drop('unlinked', personId)
      if (!earlier) await history.add({ action: 'linked', by, personId, iss, sub, studentId })
      return true
    },
    async unassign({ iss, sub }, studentId, by) {
      const personId = personIdOf(iss, sub)
      const unlinkedAt = now()
      await store.put('unlinked', personId, { version: 1, iss, sub, studentId, by, unlinkedAt })
      await store.drop('assignment', personId)
    },
    async isFree(personId, studentId) {
      for (const iss of [BY_EMAIL, ...policy.allIssuers]) {
        const link = await store.get('link', linkId(iss, studentId))
        if (link && link.owner !== personId) return false
      }
      return true
    },
    async ownersOf(studentId) {
      const owners: { personId: string; iss: string }[] = []
      for (const iss of policy.allIssuers) {
        const link = await store.get('link', linkId(iss, studentId))
        if (link) owners.push({ personId: link.owner, iss })
      }
      return owners
    },
  }
  return links
}

/** Stable and opaque, without a table: issuer and subject are all that OpenID Connect Core §5.7 lets one rely on. */
export function personIdOf(iss: string, sub: string): string {
  return sha256(JSON.stringify([iss, sub]))
}

function linkId(iss: string, studentId: string): string {
  return sha256(JSON.stringify([iss, studentId]))
}
