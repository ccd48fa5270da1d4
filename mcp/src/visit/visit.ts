/** One person's request to the school, and who that person is in it. */
import type { McpServer } from '@modelcontextprotocol/server'
import { isInstructor, type Person } from '../authentication/person.ts'
import type { Outage } from '../operations/outage.ts'
import { StoreUnavailableError } from '../redis/ask.ts'
import type { SchoolStore } from '../school/school-store.ts'
import type { Student } from '../school/student.ts'
import { Refusal } from './refusal.ts'

export interface Visit {
  person: Person
  school: SchoolStore
  outage: Outage
  /** Told of what nobody foresaw. */
  onError(error: Error): void
}

/** Puts a tool or a prompt into the server that is built for one visit. */
export type Registration = (server: McpServer, visit: Visit) => void

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
