/**
 * What operators do to the directory: link, unlink, merge, remove. Each begins with the step that cuts off, and can be
 * repeated where it was cut off itself: `standing` reads what is written here, so a login that is under way ends with it.
 */
import type { Audit } from '../operations/audit.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import type { AssignmentRecord } from '../store/records/directory.ts'
import type { Store } from '../store/store.ts'
import type { History } from './history.ts'
import { type Links, type Login, personIdOf } from './links.ts'
import { linkProblem, type Policy } from './policy.ts'
import type { StudentEntries } from './student-entries.ts'

/** What was done, or why nothing was: in words for whoever asked. */
export type Done = { done: true; grants: number } | { done: false; why: string }

export interface Registrar {
  link(login: Login, studentId: string, by: string): Promise<Done>
  unlink(login: Login, by: string): Promise<Done>
  /** Two students become one: the logins of the first are logins of the second, and the first is removed. */
  merge(from: string, into: string, by: string): Promise<Done>
  remove(studentId: string, by: string): Promise<Done>
  /** Ends the grants of whoever is that student; how many there were. */
  cutOff(studentId: string): Promise<number>
  ownersOf: Links['ownersOf']
  isFree: Links['isFree']
  /** Every login that the directory links to this student. */
  assigned(studentId: string): Promise<AssignmentRecord[]>
}

export function createRegistrar(parts: {
  policy: Policy
  store: Store
  links: Links
  entries: StudentEntries
  history: History
  audit: Audit
}): Registrar {
  const { policy, store, links, entries, history, audit } = parts
  const not = (why: string): Done => ({ done: false, why })

  async function revokeAll(personId: string, why: string): Promise<number> {
    const grants = await store.grantsOf({ personId })
    for (const grant of grants) await revokeGrant(parts, grant, { person: personId, why })
    return grants.length
  }

  async function assigned(studentId: string): Promise<AssignmentRecord[]> {
    const found: AssignmentRecord[] = []
    let after: string | undefined
    do {
      const page = await store.list('assignment', { after })
      found.push(...page.entries.flatMap(({ record }) => record))
      after = page.next
    } while (after !== undefined)
    return found.filter((assignment) => assignment.studentId === studentId)
  }

  async function cutOff(studentId: string): Promise<number> {
    const people = [
      ...(await links.ownersOf(studentId)).map(({ personId }) => personId),
      ...(await assigned(studentId)).map(({ iss, sub }) => personIdOf(iss, sub)),
    ]
    let grants = 0
    for (const personId of new Set(people)) {
      grants += await revokeAll(personId, 'the student was removed')
    }
    return grants
  }

  /** The logins of a student, or why they cannot be another's. */
  async function movable(from: string, into: string): Promise<AssignmentRecord[] | string> {
    const logins = await assigned(from)
    const own = new Set(logins.map(({ iss, sub }) => personIdOf(iss, sub)))
    for (const { personId, iss } of await links.ownersOf(from)) {
      // Moved already, where an earlier merge was cut off.
      const moved = (await store.get('assignment', personId))?.studentId === into
      if (own.has(personId) || moved) continue
      return `a claim of ${iss} says who ${from} is: change it there`
    }
    const there = await links.ownersOf(into)
    const clash = logins.find(({ iss, sub }) =>
      there.some((owner) => owner.iss === iss && owner.personId !== personIdOf(iss, sub)),
    )
    return clash ? `${into} is another person of ${clash.iss} already: unlink one of them` : logins
  }

  return {
    assigned,
    cutOff,
    ownersOf: links.ownersOf,
    isFree: links.isFree,
    async link(login, studentId, by) {
      const entry = await entries.get(studentId)
      if (entry?.status !== 'active') return not(`the directory has no student ${studentId}`)
      const problem = linkProblem(policy, login.iss)
      if (problem !== undefined) return not(problem)
      if (!(await links.assign(login, studentId, { how: 'command', by }))) {
        const earlier = await links.assignmentOf(login)
        return not(
          earlier
            ? `that login is student ${earlier.studentId}: unlink it first`
            : `${studentId} is another person of that provider: unlink them first`,
        )
      }
      await store.drop('waiting', personIdOf(login.iss, login.sub))
      audit('person_linked', { ...login, student_id: studentId, by })
      return { done: true, grants: 0 }
    },
    async unlink(login, by) {
      const { iss, sub } = login
      const personId = personIdOf(iss, sub)
      const assignment = await store.get('assignment', personId)
      if (!assignment) return not('the directory has no link of that login')
      await links.unassign(login, assignment.studentId, by)
      const grants = await revokeAll(personId, 'the link was taken away')
      // Freed only when no grant reads it any more: the next person may take it at once.
      await links.release(personId, iss, assignment.studentId)
      const { studentId } = assignment
      await history.add({ action: 'unlinked', by, personId, iss, sub, studentId })
      audit('person_unlinked', { person: personId, student_id: studentId, by })
      return { done: true, grants }
    },
    async merge(from, into, by) {
      const [source, target] = [await entries.get(from), await entries.get(into)]
      if (from === into) return not('that is one student')
      if (target?.status !== 'active') return not(`the directory has no student ${into}`)
      if (!source || (source.status === 'removed' && source.mergedInto !== into)) {
        return not(`the directory has no student ${from}`)
      }
      const logins = await movable(from, into)
      if (typeof logins === 'string') return not(logins)
      for (const { iss, sub } of logins) {
        const holder = await links.claim(personIdOf(iss, sub), iss, into, by)
        if (holder !== undefined) return not(`${into} became another person of ${iss} meanwhile`)
      }
      const { name, email } = source
      await entries.write({ studentId: from, status: 'removed', name, mergedInto: into }, by)
      if (target.email === undefined && email !== undefined) {
        await entries.write({ ...target, email }, by)
      }
      let grants = 0
      for (const login of logins) {
        const personId = personIdOf(login.iss, login.sub)
        await store.replace('assignment', personId, {
          ...login,
          studentId: into,
          how: 'command',
          by,
        })
        grants += await revokeAll(personId, 'two students became one')
        const { iss, sub } = login
        await history.add({ action: 'merged', by, personId, iss, sub, studentId: into, from })
      }
      for (const { personId, iss } of await links.ownersOf(from)) {
        await links.release(personId, iss, from)
      }
      audit('students_merged', { from, into, by })
      return { done: true, grants }
    },
    async remove(studentId, by) {
      const entry = await entries.get(studentId)
      if (!entry) return not(`the directory has no student ${studentId}`)
      if (entry.status === 'active') {
        await entries.write({ studentId, status: 'removed', name: entry.name }, by)
      }
      const grants = await cutOff(studentId)
      audit('student_removed', { student_id: studentId, by })
      return { done: true, grants }
    },
  }
}
