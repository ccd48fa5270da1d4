/** The directory read out as a whole, and written from a file: nothing is written unless all of the file is well. */
import type { ListedKind, Records } from '../store/records.ts'
import type { Listed, Store } from '../store/store.ts'
import type { Directory } from './directory.ts'
import { personIdOf } from './links.ts'
import { linkProblem, type Policy } from './policy.ts'
import type { Roster, RosterLink, RosterStudent } from './roster-file.ts'

export interface House {
  store: Store
  policy: Policy
  directory: Directory
}

export async function exportRoster({
  store,
}: Pick<House, 'store'>): Promise<{ students: RosterStudent[]; links: RosterLink[] }> {
  const students: RosterStudent[] = []
  const links: RosterLink[] = []
  for await (const { studentId, name, email, status } of everyOne(store, 'student')) {
    students.push({ studentId, name, email, status })
  }
  for await (const { studentId, iss, sub } of everyOne(store, 'assignment')) {
    links.push({ studentId, iss, sub })
  }
  return { students, links }
}

/** Every record of a kind, page by page. */
async function* everyOne<K extends ListedKind>(store: Store, kind: K): AsyncGenerator<Records[K]> {
  let after: string | undefined
  do {
    const page: Listed<K> = await store.list(kind, { after })
    for (const { record } of page.entries) yield record
    after = page.next
  } while (after !== undefined)
}

/** What of the file contradicts the directory as it is now. */
export async function rosterProblems(house: House, roster: Roster): Promise<string[]> {
  const { store, policy, directory } = house
  const problems: string[] = []
  const named = new Map(roster.students.map((student) => [student.studentId, student]))
  for (const { studentId, email, status, place } of roster.students) {
    if (email === undefined || status === 'removed') continue
    const holder = await directory.entries.withEmail(email)
    if (holder && holder.studentId !== studentId) {
      problems.push(`${place}: email is that of ${holder.studentId}`)
    }
  }
  for (const { studentId, iss, sub, place } of roster.links) {
    const personId = personIdOf(iss, sub)
    const status = named.get(studentId)?.status ?? (await directory.entries.get(studentId))?.status
    if (status !== 'active' && !named.has(studentId)) {
      problems.push(`${place}: the directory has no student ${studentId}`)
    }
    const problem = linkProblem(policy, iss)
    if (problem !== undefined) problems.push(`${place}: ${problem}`)
    const earlier = await store.get('assignment', personId)
    if (earlier && earlier.studentId !== studentId) {
      problems.push(`${place}: that login is student ${earlier.studentId}: unlink it first`)
    }
    const owner = (await directory.registrar.ownersOf(studentId)).find((other) => other.iss === iss)
    if (owner && owner.personId !== personId) {
      problems.push(`${place}: ${studentId} is another person of ${iss}: unlink them first`)
    }
  }
  return problems
}

export interface Imported {
  students: number
  links: number
  grants: number
  /** What changed in the directory while the file was written: the rest was written. */
  problems: string[]
}

export async function importRoster(house: House, roster: Roster, by: string): Promise<Imported> {
  const { directory } = house
  const done: Imported = { students: 0, links: 0, grants: 0, problems: [] }
  const seen = new Set<string>()
  for (const { studentId, place, ...row } of roster.students) {
    if (seen.has(studentId)) continue
    seen.add(studentId)
    const was = await directory.entries.get(studentId)
    // An empty cell leaves what is there.
    const { name = was?.name, email = was?.email, status = was?.status ?? 'active' } = row
    if (status === 'removed' && was?.status === 'active') {
      const removed = await directory.registrar.remove(studentId, by)
      if (removed.done) done.grants += removed.grants
      done.students++
      continue
    }
    if (was && was.name === name && was.email === email && was.status === status) continue
    if (await directory.entries.write({ studentId, name, email, status }, by)) done.students++
    else done.problems.push(`${place}: email became another student’s meanwhile`)
  }
  for (const { place, studentId, ...login } of roster.links) {
    if ((await house.store.get('assignment', personIdOf(login.iss, login.sub))) !== undefined)
      continue
    const linked = await directory.registrar.link(login, studentId, by)
    if (linked.done) done.links++
    else done.problems.push(`${place}: ${linked.why}`)
  }
  return done
}
