/**
 * Who each login is, and was: the link from (iss, sub) to a student, and what happens when it changes (ADR 14).
 *
 * The store has no transactions, so the order carries the promises. A link is claimed before the person's record says so.
 * What somebody loses is taken before the record forgets it: a crash in between leaves a step to be repeated at the next
 * login, never a right that nobody owes. It is taken again afterwards, since another login of the same person may have
 * come in between. At the end the links are brought in line with the record, until it stands still. What is left errs to
 * the safe side: of two simultaneous logins of one person with different claims one may leave a link behind, and that
 * student is refused to others; a student is never two people.
 */
import type { Config } from '../config.ts'
import type { Role } from '../oauth/scope.ts'
import { sha256 } from '../oauth/token-value.ts'
import type { Audit } from '../operations/audit.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import type { PersonRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Identity } from '../upstream/upstream.ts'
import { type Decision, decide } from './enrolment-rules.ts'
import type { Enrolment } from './student.ts'

export interface Directory {
  /** Called at each login. @throws StoreUnavailableError */
  enrol(identity: Identity): Promise<Enrolment>
  /** What the last login said; undefined for whoever is not enrolled, or no longer. @throws StoreUnavailableError */
  standing(personId: string): Promise<Standing | undefined>
}

/** Who somebody is to the school. */
export type Standing = Pick<PersonRecord, 'studentId' | 'roles'>
const NOBODY: Standing = { roles: [] }

export function createDirectory(parts: {
  config: Config
  store: Store
  audit: Audit
  now: () => number
}): Directory {
  const { config, store, audit, now } = parts

  /** True when the link is this person's now; atomic, so that of two people who race for one student one is refused. */
  async function claimLink(personId: string, iss: string, studentId: string): Promise<boolean> {
    const link = { version: 1, owner: personId, iss, studentId, linkedAt: now() } as const
    const holder = await store.claim('link', linkId(iss, studentId), link)
    if (!holder) audit('person_enrolled', { person: personId, student_id: studentId })
    else if (holder.owner !== personId) {
      audit('student_conflict', { person: personId, holder: holder.owner, student_id: studentId })
    }
    return !holder || holder.owner === personId
  }

  async function revokeGrants(personId: string): Promise<void> {
    for (const grant of await store.grantsOf({ personId })) {
      const why = 'the student or the roles changed'
      await revokeGrant(parts, grant, { person: personId, why })
    }
  }

  /** The decision of the rules, and of the link: a student who is somebody else already is refused. */
  async function judge(personId: string, identity: Identity): Promise<Decision> {
    const decision = decide(identity.claims, config)
    if (decision.outcome === 'refused' || decision.studentId === undefined) return decision
    return (await claimLink(personId, identity.iss, decision.studentId))
      ? decision
      : { outcome: 'refused', reason: 'already_linked', detail: 'the student is another person’s' }
  }

  /**
   * Brings the links that a login touched in line with the person's record. Two logins of one person may interleave, and
   * one may release what the other just claimed; whoever works last has read the last record, or reads once more.
   * Returns false where the student went to another person meanwhile: then the record stands for nobody.
   */
  async function settleLinks(personId: string, iss: string, touched: Set<string>) {
    let kept = true
    let settled: { studentId: string | undefined } | undefined
    for (;;) {
      const record = await store.get('person', personId)
      const current = record?.roles.includes('student') ? record.studentId : undefined
      if (settled && settled.studentId === current) return kept
      settled = { studentId: current }
      for (const studentId of touched) {
        if (studentId !== current) await store.release(linkId(iss, studentId), personId)
        else if (record && !(await claimLink(personId, iss, studentId))) {
          kept = false
          const { studentId: _, ...rest } = record
          await store.put('person', personId, { ...rest, ...NOBODY, rule: 'already_linked' })
          await revokeGrants(personId)
        }
      }
    }
  }

  return {
    async enrol(identity) {
      const { iss, sub } = identity
      const personId = personIdOf(iss, sub)
      const was = await store.get('person', personId)
      const decision = await judge(personId, identity)
      const is: Standing = decision.outcome === 'enrolled' ? decision : NOBODY
      const changed = was !== undefined && loses(was, is)
      const less = was !== undefined && !changed && narrows(was, is)
      if (changed) {
        audit('student_changed', {
          person: personId,
          from: was.studentId,
          to: is.studentId,
          roles_before: was.roles,
          roles: is.roles,
        })
        await revokeGrants(personId)
      }
      // Freed only when no grant reads it any more: the next person may take it at once.
      if (was?.studentId !== undefined && was.studentId !== is.studentId) {
        await store.release(linkId(iss, was.studentId), personId)
      }
      // A stranger who is refused leaves no trace; who was enrolled once stays, with no role, so that refreshes fail.
      if (was || decision.outcome === 'enrolled') {
        const { studentId: _, ...kept } = was ?? { firstSeenAt: now() }
        await store.put('person', personId, {
          ...kept,
          version: 1,
          iss,
          sub,
          ...(is.studentId === undefined ? {} : { studentId: is.studentId }),
          roles: is.roles,
          rule: decision.outcome === 'enrolled' ? decision.rule : decision.reason,
          lastLoginAt: now(),
        })
      }
      if (changed) await revokeGrants(personId)
      // Only now: what is refreshed before the record says less would get the same again.
      if (less) {
        audit('roles_narrowed', { person: personId, roles_before: was.roles, roles: is.roles })
        for (const grant of await store.grantsOf({ personId })) await store.narrow(grant)
      }
      const touched = [was?.studentId, is.studentId].filter((id) => id !== undefined)
      const kept = await settleLinks(personId, iss, new Set(touched))
      if (decision.outcome === 'refused') {
        const { reason, detail } = decision
        audit('login_refused', { person: personId, reason, detail })
        return { outcome: 'refused', reason }
      }
      if (!kept) {
        audit('login_refused', { person: personId, reason: 'already_linked' })
        return { outcome: 'refused', reason: 'already_linked' }
      }
      const { studentId, roles, rule } = decision
      const student = studentId === undefined ? {} : { studentId }
      return { outcome: 'enrolled', person: { personId, iss, sub, ...student, roles, rule } }
    },
    async standing(personId) {
      const record = await store.get('person', personId)
      return record?.roles.length ? record : undefined
    },
  }
}

/** True where what was granted before must end: it was another student's, or no role that it was granted for is left. */
export function loses(was: Standing, is: Standing): boolean {
  const otherStudent = was.studentId !== undefined && was.studentId !== is.studentId
  return otherStudent || (was.roles.length > 0 && rolesLeft(was, is).length === 0)
}

/** True where a role is gone: what was granted before goes on with those that are left, and with no more. */
export function narrows(was: Standing, is: Standing): boolean {
  return rolesLeft(was, is).length < was.roles.length
}

/** Those of the roles then that somebody has now: a role gained since is none of them. */
export function rolesLeft(was: Standing, is: Standing): Role[] {
  return was.roles.filter((role) => is.roles.includes(role))
}

/** Stable and opaque, without a table: issuer and subject are all that OpenID Connect Core §5.7 lets one rely on. */
export function personIdOf(iss: string, sub: string): string {
  return sha256(JSON.stringify([iss, sub]))
}

function linkId(iss: string, studentId: string): string {
  return sha256(JSON.stringify([iss, studentId]))
}
