/**
 * Who each login is, and was: the link from (iss, sub) to a student, and what happens when it changes (ADR 14, ADR 23).
 *
 * The store has no transactions, so the order carries the promises. A link is claimed before the person's record says so.
 * What somebody loses is taken before the record forgets it: a crash in between leaves a step to be repeated at the next
 * login, never a right that nobody owes. It is taken again afterwards, since another login of the same person may have
 * come in between. At the end the links are brought in line with the record, until it stands still. What is left errs to
 * the safe side: of two simultaneous logins of one person with different claims one may leave a link behind, and that
 * student is refused to others; a student is never two people.
 */
import type { Role } from '../oauth/scope.ts'
import type { Audit } from '../operations/audit.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import type { PersonRecord } from '../store/records/person.ts'
import type { Store } from '../store/store.ts'
import type { Claimant } from '../upstream/upstream.ts'
import { createHistory, type History } from './history.ts'
import { createJudge, type Judgement } from './judge.ts'
import { createLinks, type Links, personIdOf } from './links.ts'
import type { Policy } from './policy.ts'
import { createRegistrar, type Registrar } from './registrar.ts'
import type { Enrolment } from './student.ts'
import { createStudentEntries, type StudentEntries } from './student-entries.ts'
import { createWaitingList, type WaitingList } from './waiting-list.ts'

export { personIdOf } from './links.ts'

export interface Directory
  extends Pick<WaitingList, 'waiting' | 'approve' | 'refuse'>,
    Pick<Links, 'ownersOf'> {
  /** Called at each login, each refresh at the provider, and each assertion of it. @throws StoreUnavailableError */
  enrol(identity: Claimant): Promise<Enrolment>
  /**
   * What the last login said, as far as it stands; undefined for whoever is not enrolled, or no longer.
   * @throws StoreUnavailableError
   */
  standing(personId: string): Promise<Standing | undefined>
  readonly history: History
  readonly entries: StudentEntries
  readonly registrar: Registrar
}

/** Who somebody is to the school. */
export type Standing = Pick<PersonRecord, 'studentId' | 'roles'>
const NOBODY: Standing = { roles: [] }

export function createDirectory(parts: {
  policy: Policy
  store: Store
  audit: Audit
  now: () => number
}): Directory {
  const { policy, store, audit, now } = parts
  const history = createHistory(parts)
  const links = createLinks({ ...parts, history })
  const entries = createStudentEntries({ ...parts, history })
  const waitingList = createWaitingList({ ...parts, links, entries, history })
  const registrar = createRegistrar({ ...parts, links, entries, history })
  const judge = createJudge({ policy, store, audit, now, links, entries, waitingList })

  async function revokeGrants(personId: string): Promise<void> {
    for (const grant of await store.grantsOf({ personId })) {
      const why = 'the student or the roles changed'
      await revokeGrant(parts, grant, { person: personId, why })
    }
  }

  /** The student of a record, while what it rests on stands. */
  async function studentOf(record: PersonRecord): Promise<string | undefined> {
    const { studentId, linked } = record
    if (studentId === undefined || !record.roles.includes('student')) return undefined
    if (linked && !(await links.isAssigned(record, studentId))) return undefined
    return studentId
  }

  /**
   * Brings the links that a login touched in line with the person's record. Two logins of one person may interleave, and
   * one may release what the other just claimed; whoever works last has read the last record, or reads once more.
   * Returns false where the student went to another person meanwhile: then the record stands for nobody.
   */
  async function settleLinks(identity: Claimant, touched: Set<string>): Promise<boolean> {
    const { iss, sub } = identity
    const personId = personIdOf(iss, sub)
    let kept = true
    let settled: { studentId: string | undefined } | undefined
    for (;;) {
      const record = await store.get('person', personId)
      const current = record && (await studentOf(record))
      if (settled && settled.studentId === current) return kept
      settled = { studentId: current }
      for (const studentId of touched) {
        if (studentId !== current) await releaseUnassigned(identity, studentId)
        else if (record && (await judge.conflicts(identity, studentId, record.rule))) {
          kept = false
          const { studentId: _, ...rest } = record
          await store.put('person', personId, { ...rest, ...NOBODY, rule: 'already_linked' })
          await revokeGrants(personId)
        }
      }
    }
  }

  /** An assignment holds its link, whatever this login was refused for. */
  async function releaseUnassigned(login: Claimant, studentId: string): Promise<void> {
    if (await links.isAssigned(login, studentId)) return
    await links.release(personIdOf(login.iss, login.sub), login.iss, studentId)
  }

  return {
    history,
    entries,
    registrar,
    waiting: waitingList.waiting,
    approve: waitingList.approve,
    refuse: waitingList.refuse,
    ownersOf: links.ownersOf,
    async enrol(identity) {
      const { iss, sub } = identity
      const personId = personIdOf(iss, sub)
      const was = await store.get('person', personId)
      const judged = await judge.decide(identity)
      const decision = identity.isOld && was ? withoutGain(judged, was) : judged
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
        await releaseUnassigned(identity, was.studentId)
      }
      // A stranger who is refused leaves no trace; who was enrolled once stays, with no role, so that refreshes fail.
      if (was || decision.outcome === 'enrolled') {
        const { studentId: _, linked: __, ...kept } = was ?? { firstSeenAt: now() }
        await store.put('person', personId, {
          ...kept,
          version: 1,
          iss,
          sub,
          ...(is.studentId === undefined ? {} : { studentId: is.studentId }),
          ...(decision.outcome === 'enrolled' && decision.linked ? { linked: true } : {}),
          roles: is.roles,
          rule: ruleOf(decision),
          lastLoginAt: now(),
        })
      }
      if (changed) await revokeGrants(personId)
      // Only now: what is refreshed before the record says less would get the same again.
      if (less) {
        audit('roles_narrowed', { person: personId, roles_before: was.roles, roles: is.roles })
        for (const grant of await store.grantsOf({ personId })) await store.narrow(grant)
      }
      if (was?.studentId !== undefined && is.studentId !== undefined && changed) {
        await history.add({
          action: 'changed',
          by: `rule: ${ruleOf(decision)}`,
          personId,
          iss,
          sub,
          studentId: is.studentId,
          from: was.studentId,
        })
      }
      const named = judged.outcome === 'enrolled' ? judged.studentId : undefined
      const touched = [was?.studentId, is.studentId, named].filter((id) => id !== undefined)
      const kept = await settleLinks(identity, new Set(touched))
      if (decision.outcome === 'waiting') return { outcome: 'waiting' }
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
      if (!record?.roles.length) return undefined
      if (record.studentId === undefined) return record
      const isStill = await studentOf(record)
      const entry = isStill === undefined ? undefined : await entries.get(isStill)
      if (isStill !== undefined && entry?.status !== 'removed') return record
      const roles = record.roles.filter((role) => role !== 'student')
      return roles.length > 0 ? { roles } : undefined
    },
  }
}

/** Old claims may take away and never give: a login that came later knew better. */
function withoutGain(judged: Judgement, was: Standing): Judgement {
  if (judged.outcome !== 'enrolled') return judged
  const roles = rolesLeft(was, judged)
  if (roles.length === 0) {
    return {
      outcome: 'refused',
      reason: 'no_role',
      detail: 'a role of old claims was taken away since',
    }
  }
  const { studentId, linked, ...rest } = judged
  return roles.includes('student') && studentId !== undefined
    ? { ...rest, studentId, linked, roles }
    : { ...rest, linked: false, roles }
}

function ruleOf(
  decision:
    | { outcome: 'enrolled'; rule: string }
    | { outcome: 'refused'; reason: string }
    | { outcome: 'waiting' },
): string {
  if (decision.outcome === 'enrolled') return decision.rule
  return decision.outcome === 'refused' ? decision.reason : 'waiting'
}

/** True where what was granted before must end: it was another student's, or no role that it was granted for is left. */
export function loses(was: Standing, is: Standing): boolean {
  const otherStudent = was.studentId !== undefined && was.studentId !== is.studentId
  return otherStudent || (was.roles.length > 0 && rolesLeft(was, is).length === 0)
}

/** True where a role is gone: what was granted before goes on with those that are left, and with no more. */
function narrows(was: Standing, is: Standing): boolean {
  return rolesLeft(was, is).length < was.roles.length
}

/** Those of the roles then that somebody has now: a role gained since is none of them. */
export function rolesLeft(was: Standing, is: Standing): Role[] {
  return was.roles.filter((role) => is.roles.includes(role))
}
