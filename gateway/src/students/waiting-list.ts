/** People whom no rule knows, and who wait for an instructor (`UNKNOWN_PEOPLE=approval`). */

import { verifiedEmail } from '../oauth/claim-values.ts'
import type { Audit } from '../operations/audit.ts'
import type { WaitingRecord } from '../store/records/person.ts'
import type { Store } from '../store/store.ts'
import type { Claimant } from '../upstream/upstream.ts'
import { nameToKeep } from './display-name.ts'
import type { History } from './history.ts'
import type { Links } from './links.ts'
import { personIdOf } from './links.ts'
import type { Policy } from './policy.ts'
import type { StudentEntries } from './student-entries.ts'

/** More than these fill no page, and no store. */
export const MAX_WAITING = 500

export interface WaitingPerson extends WaitingRecord {
  personId: string
  /** Undefined where the provider is none of ours any more. */
  provider: string | undefined
}

/** `not_waiting`: nobody, no longer, or decided meanwhile. `unknown_student`: no entry of the directory, or one that was removed. */
export type Approval =
  | { outcome: 'approved'; studentId: string }
  | { outcome: 'not_waiting' | 'unknown_student' | 'student_taken' }

export interface WaitingList {
  /** What a login is told that nobody knows. */
  ask(identity: Claimant): Promise<'waiting' | 'turned_away' | 'too_many_waiting'>
  waiting(after?: string): Promise<{ people: WaitingPerson[]; next: string | undefined }>
  /** Without a student id the person becomes a new cadet. `by`: the instructor's person id, or the command. */
  approve(personId: string, decision: { studentId?: string; by: string }): Promise<Approval>
  /** False where nobody waits. Who was turned away cannot ask again while the record lives. */
  refuse(personId: string, decision: { by: string }): Promise<boolean>
}

export function createWaitingList(parts: {
  policy: Policy
  store: Store
  links: Links
  entries: StudentEntries
  history: History
  audit: Audit
  now: () => number
}): WaitingList {
  const { policy, store, links, entries, history, audit, now } = parts

  async function isFull(): Promise<boolean> {
    let page = await store.list('waiting')
    let living = page.entries.length
    // The index may know some who are over; a walk forgets them.
    while (page.total >= MAX_WAITING && page.next !== undefined) {
      page = await store.list('waiting', { after: page.next })
      living += page.entries.length
    }
    return page.total >= MAX_WAITING && living >= MAX_WAITING
  }

  async function standing(personId: string): Promise<WaitingRecord | undefined> {
    const record = await store.get('waiting', personId)
    return record?.status === 'waiting' ? record : undefined
  }

  return {
    async ask(identity) {
      const { iss, sub, claims } = identity
      const personId = personIdOf(iss, sub)
      const known = await store.get('waiting', personId)
      if (known) return known.status === 'waiting' ? 'waiting' : 'turned_away'
      if (await isFull()) return 'too_many_waiting'
      const address = verifiedEmail(claims)
      const first = await store.claim('waiting', personId, {
        version: 1,
        iss,
        sub,
        status: 'waiting',
        name: nameToKeep(identity),
        ...(address === undefined ? {} : { email: address.email }),
        emailVerified: address !== undefined,
        askedAt: now(),
      })
      if (!first) audit('person_waiting', { person: personId, iss })
      return first?.status === 'refused' ? 'turned_away' : 'waiting'
    },
    async waiting(after) {
      const { entries: found, next } = await store.list('waiting', { after })
      const people = found.flatMap(({ id, record }) =>
        record.status === 'waiting'
          ? [{ ...record, personId: id, provider: policy.claimsOf(record.iss).id }]
          : [],
      )
      return { people, next }
    },
    async approve(personId, { studentId: chosen, by }) {
      const person = await standing(personId)
      if (!person) return { outcome: 'not_waiting' }
      if (chosen !== undefined && (await entries.get(chosen))?.status !== 'active') {
        return { outcome: 'unknown_student' }
      }
      const studentId = chosen ?? (await entries.newCadet(policy.cadetIdForm, person.name))
      if (!(await links.assign(person, studentId, { how: 'approval', by }))) {
        if (chosen === undefined) await entries.dropCadet(studentId)
        const assignment = await store.get('assignment', personId)
        return { outcome: assignment ? 'not_waiting' : 'student_taken' }
      }
      await store.drop('waiting', personId)
      const { iss, sub } = person
      await history.add({ action: 'approved', by, personId, iss, sub, studentId })
      audit('person_approved', { person: personId, student_id: studentId, by })
      return { outcome: 'approved', studentId }
    },
    async refuse(personId, { by }) {
      const person = await standing(personId)
      if (!person) return false
      const turnedAway = { ...person, status: 'refused', refusedBy: by } as const
      const replaced = await store.replace('waiting', personId, turnedAway)
      // Approved in the same moment: that stands, and the record is over.
      if (await store.get('assignment', personId)) await store.drop('waiting', personId)
      else if (replaced) {
        const { iss, sub } = person
        await history.add({ action: 'refused', by, personId, iss, sub })
        audit('person_turned_away', { person: personId, by })
        return true
      }
      return false
    },
  }
}
