/** A person as the school knows them, and what enrolment can answer. */
import type { Role } from '../oauth/scope.ts'

export interface Person {
  /** Stable and opaque: derived from (iss, sub) (OpenID Connect Core §5.7). */
  personId: string
  iss: string
  sub: string
  /** Absent for an instructor without a record. */
  studentId?: string
  roles: Role[]
  /** The enrolment rule that decided. */
  rule: string
}

export type Enrolment =
  | { outcome: 'enrolled'; person: Person }
  | { outcome: 'refused'; reason: RefusalReason }

/** `no_role`: enrolled nowhere. `no_student`: a student's role without a student id. `already_linked`: the id is another's. */
export type RefusalReason = 'no_student' | 'no_role' | 'already_linked'
