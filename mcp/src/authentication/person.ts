/** Who asks, as the gateway asserts it (docs/student-assertion.md). */
import type { AuthInfo } from '@modelcontextprotocol/server'
import { INSTRUCT } from './scope.ts'

export interface Person {
  /** The gateway's stable id of the person: `sub` (RFC 9068 §2.2). */
  id: string
  /** Absent for whoever is no student. */
  studentId?: string
  roles: readonly string[]
  scopes: readonly string[]
}

/** What a verified assertion gives to the SDK, which passes it on unread. */
export interface Caller extends AuthInfo {
  /** Seconds since the epoch. */
  expiresAt: number
  extra: { person: Person }
}

/** @throws TypeError where no assertion was verified: a mistake of ours, never the caller's. */
export function personOf(authInfo: AuthInfo | undefined): Person {
  const person = authInfo?.extra?.person
  if (person === undefined) throw new TypeError('no assertion was verified for this request')
  return person as Person
}

export function isInstructor(person: Person): boolean {
  return person.roles.includes('instructor')
}

/** The role alone is not enough: the grant must carry the scope too. */
export function mayInstruct(person: Person): boolean {
  return isInstructor(person) && person.scopes.includes(INSTRUCT)
}
