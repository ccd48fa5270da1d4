/** The decision of the rules, and of what the directory knows: the part of a login's enrolment that asks the store. */

import type { Role } from '../oauth/scope.ts'
import type { Audit } from '../operations/audit.ts'
import type { Store } from '../store/store.ts'
import type { Claimant } from '../upstream/upstream.ts'
import { nameToKeep } from './display-name.ts'
import { decide, emailAsked, type Facts } from './enrolment-rules.ts'
import { type Links, personIdOf } from './links.ts'
import { noteMissingRoles } from './missing-roles.ts'
import type { Policy } from './policy.ts'
import type { RefusalReason } from './student.ts'
import type { StudentEntries } from './student-entries.ts'
import type { WaitingList } from './waiting-list.ts'

export type Judgement =
  | { outcome: 'enrolled'; rule: string; studentId?: string; roles: Role[]; linked: boolean }
  | { outcome: 'refused'; reason: RefusalReason; detail: string }
  | { outcome: 'waiting' }

export interface Judge {
  decide(identity: Claimant): Promise<Judgement>
  /** True where the student is another person of that provider; else the link is this person's. */
  conflicts(identity: Claimant, studentId: string, rule: string): Promise<boolean>
}

export function createJudge(parts: {
  policy: Policy
  store: Store
  audit: Audit
  now: () => number
  links: Links
  entries: StudentEntries
  waitingList: WaitingList
}): Judge {
  const { policy, audit, links, entries, waitingList } = parts

  async function factsOf(identity: Claimant): Promise<Facts> {
    const { iss, sub, claims } = identity
    const linked = (await links.assignmentOf(identity))?.studentId
    const asked = emailAsked(policy, { iss, sub, claims, linked })
    const unlinked = asked !== undefined && (await links.wasUnlinked(identity))
    const entry = asked === undefined || unlinked ? undefined : await entries.withEmail(asked)
    const byEmail = entry && {
      studentId: entry.studentId,
      free: await links.isFree(personIdOf(iss, sub), entry.studentId),
    }
    return { iss, sub, claims, linked, unlinked, byEmail }
  }

  /** Whom no rule knows. */
  async function welcome(identity: Claimant, detail: string): Promise<Judgement> {
    if (policy.unknownPeople === 'refuse') return refused('unknown_person', detail)
    if (policy.unknownPeople === 'approval') {
      const answer = await waitingList.ask(identity)
      return answer === 'waiting' ? { outcome: 'waiting' } : refused(answer, detail)
    }
    const studentId = await entries.newCadet(policy.cadetIdForm, nameToKeep(identity))
    const made = { how: 'cadet', by: 'rule: new_cadet' } as const
    if (await links.assign(identity, studentId, made)) {
      return { outcome: 'enrolled', rule: 'new_cadet', studentId, roles: ['student'], linked: true }
    }
    // Another first login of the same person came in between: they are the cadet of that one.
    await entries.dropCadet(studentId)
    const earlier = await links.assignmentOf(identity)
    return earlier
      ? {
          outcome: 'enrolled',
          rule: 'new_cadet',
          studentId: earlier.studentId,
          roles: ['student'],
          linked: true,
        }
      : refused('already_linked', 'the new cadet is another person’s')
  }

  async function conflicts({ iss, sub }: Claimant, studentId: string, rule: string) {
    const personId = personIdOf(iss, sub)
    const holder = await links.claim(personId, iss, studentId, `rule: ${rule}`)
    if (holder === undefined) return false
    audit('student_conflict', { person: personId, holder, student_id: studentId })
    return true
  }

  /** Of whom the rules say that they are a student: that it is still one, and nobody else. */
  async function settle(
    identity: Claimant,
    decision: Extract<Judgement, { outcome: 'enrolled' }> & { studentId: string },
    makesLink: boolean,
  ): Promise<Judgement> {
    const { studentId, rule } = decision
    const entry = await entries.get(studentId)
    if (entry?.status === 'removed') {
      const { studentId: _, ...rest } = decision
      const roles = decision.roles.filter((role) => role !== 'student')
      return roles.length > 0
        ? { ...rest, roles, linked: false }
        : refused('no_student', 'the student was removed from the directory')
    }
    if (
      makesLink &&
      !(await links.assign(identity, studentId, { how: 'email', by: `rule: ${rule}` }))
    ) {
      return refused('already_linked', 'another login was linked to the student meanwhile')
    }
    if (await conflicts(identity, studentId, rule)) {
      return refused('already_linked', 'the student is another person’s')
    }
    if (!entry) await entries.note(studentId)
    return decision
  }

  return {
    conflicts,
    async decide(identity) {
      await noteMissingRoles(parts, identity)
      const decision = decide(policy, await factsOf(identity))
      if (decision.outcome === 'refused') return decision
      if (decision.outcome === 'unknown') return welcome(identity, decision.detail)
      const { rests, studentId, ...rest } = decision
      const enrolled = { ...rest, linked: rests !== 'claim' }
      return studentId === undefined
        ? enrolled
        : settle(identity, { ...enrolled, studentId }, rests === 'email')
    },
  }
}

function refused(reason: RefusalReason, detail: string): Judgement {
  return { outcome: 'refused', reason, detail }
}
