/** Whose grants an instructor looks at, or ends: of one person, or of one client. Read from a query or a form, and bounded. */
import type { Filter } from '../pages/people-page.ts'
import type { GrantIndex } from '../store/store.ts'
import { isStudentId } from '../students/student-id.ts'

const PERSON = /^[A-Za-z0-9_-]{43}$/
/** As long as a client id that is a URL may be. */
const MAX_CLIENT_ID = 2048

/** @param read a parameter by its name. Undefined where nothing, or nothing possible, is asked for */
export function filterOf(read: (name: string) => string | null | undefined): Filter | undefined {
  const person = read('person')
  if (person && PERSON.test(person)) return { person }
  const client = read('client')?.trim()
  return client && client.length <= MAX_CLIENT_ID ? { client } : undefined
}

export function studentOf(value: string | null | undefined): string | undefined {
  const student = value?.trim() ?? ''
  return isStudentId(student) ? student : undefined
}

export function indexOf(filter: Filter): GrantIndex {
  return 'person' in filter ? { personId: filter.person } : { client_id: filter.client }
}

/** The page that shows them. */
export function addressOf(filter: Filter | undefined): string {
  return filter === undefined
    ? '/account/people'
    : `/account/people?${new URLSearchParams({ ...filter }).toString()}`
}
