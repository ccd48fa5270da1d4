/** One person's request to the school, and who that person is in it. */
import { ProtocolError, ProtocolErrorCode, type ServerNotifier } from '@modelcontextprotocol/server'
import { isInstructor, mayInstruct, type Person } from '../authentication/person.ts'
import { holds, INSTRUCT, type Scope } from '../authentication/scope.ts'
import type { Outage } from '../operations/outage.ts'
import { StoreUnavailableError } from '../redis/ask.ts'
import type { Army } from '../school/army.ts'
import type { SchoolStore } from '../school/school-store.ts'
import type { Student } from '../school/student.ts'
import { Refusal, unknownName } from './refusal.ts'

export interface Visit {
  person: Person
  school: SchoolStore
  outage: Outage
  /** Tells whoever listens, at every replica, that a resource was changed. */
  notify: ServerNotifier
  /** ms since the epoch. */
  now(): number
  /** Told of what nobody foresaw. */
  onError(error: Error): void
}

/**
 * The visitor's own record; undefined for an instructor, who has none.
 * @throws Refusal where the login does not fit the school
 */
export async function visitor({ person, school }: Visit): Promise<Student | undefined> {
  if (person.studentId === undefined) {
    if (isInstructor(person)) return undefined
    throw new Refusal('Your login names neither a student nor an instructor of this school.')
  }
  const [student] = await school.students([person.studentId])
  if (student === undefined) {
    throw new Refusal(
      `Your login says that you are student ${person.studentId}, which this school does not have. Whoever enrolled you can correct it.`,
    )
  }
  return student
}

/** The visitor's own record, for what is offered to students only. */
export async function studentVisitor(visit: Visit): Promise<Student> {
  const student = await visitor(visit)
  if (student === undefined) throw new TypeError('offered to students, and asked by an instructor')
  return student
}

/** @throws Refusal with the names that are near */
export async function studentNamed(name: string, { school }: Visit): Promise<Student> {
  const student = await school.studentNamed(name)
  if (student === undefined) throw unknownName('student', name, await school.studentNames())
  return student
}

/** @throws Refusal with the names that are near */
export async function armyNamed(name: string, { school }: Visit): Promise<Army> {
  const army = await school.armyNamed(name)
  if (army === undefined) throw unknownName('army', name, await school.armyNames())
  return army
}

/**
 * The scope that is given by role cannot be asked for, so where it is missing there is no challenge.
 * @throws Refusal
 */
export function mustHoldInstruct({ person }: Visit, scopes: readonly Scope[]): void {
  if (!scopes.includes(INSTRUCT) || mayInstruct(person)) return
  throw new Refusal(
    `This is for instructors whose access carries ${INSTRUCT}, and this access does not. It is given with the role when a client is connected: disconnect the client and connect it again.`,
  )
}

/**
 * Whether names may be told where nothing is asked for by name, as in lists and completions: there is no challenge for
 * these and no refusal, so that whoever may not read finds less.
 */
export async function isAdmitted(visit: Visit): Promise<boolean> {
  if (!holds(visit.person, 'school:read')) return false
  try {
    await visitor(visit)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

/** What the person may read of a failure; an outage is noted, so that it leaves as 503. */
export function publicReason(error: unknown, visit: Visit): string {
  if (error instanceof Refusal) return error.message
  if (error instanceof StoreUnavailableError) {
    visit.outage.note(error)
    return 'The school’s records cannot be read at the moment. Try again in a few seconds.'
  }
  visit.onError(error instanceof Error ? error : new Error(String(error)))
  return 'The school could not answer this; the fault is on its side.'
}

/** A failure of a method that has no result which says “refused”: a JSON-RPC error. */
export function protocolError(error: unknown, visit: Visit): ProtocolError {
  if (error instanceof ProtocolError) return error
  const { InvalidParams, InternalError } = ProtocolErrorCode
  const code = error instanceof Refusal ? InvalidParams : InternalError
  return new ProtocolError(code, publicReason(error, visit))
}
