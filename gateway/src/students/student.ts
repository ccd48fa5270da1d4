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
  /** An instructor has to say who this is. */
  | { outcome: 'waiting' }
  | { outcome: 'refused'; reason: RefusalReason }

/**
 * `no_role`: enrolled nowhere. `no_student`: a student's role without a student id, or a record that was removed.
 * `already_linked`: the student is another person. `unknown_person`: no rule knows them. `by_rule`: a rule refuses them.
 * `turned_away`: an instructor did. `too_many_waiting`: nobody more can wait.
 */
export type RefusalReason =
  | 'no_student'
  | 'no_role'
  | 'already_linked'
  | 'unknown_person'
  | 'by_rule'
  | 'turned_away'
  | 'too_many_waiting'
