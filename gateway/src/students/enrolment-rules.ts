/** Who becomes whom: pure, from the claims of one login. The claim decides every time; nothing is remembered here. */
import type { Config } from '../config.ts'
import type { Role } from '../oauth/scope.ts'
import type { RefusalReason } from './student.ts'

export type EnrolmentSettings = Pick<
  Config,
  'STUDENT_ID_CLAIM' | 'STUDENT_ROLE' | 'INSTRUCTOR_ROLE' | 'ROLES_CLAIM'
>

export type Decision =
  | { outcome: 'enrolled'; rule: string; studentId?: string; roles: Role[] }
  | { outcome: 'refused'; reason: RefusalReason; detail: string }

const STUDENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** An instructor needs the role, a student the role and a record's id. */
export function decide(claims: Record<string, unknown>, settings: EnrolmentSettings): Decision {
  const rolesClaim = claimAt(claims, settings.ROLES_CLAIM)
  const roles = rolesIn(rolesClaim)
  const isStudent = roles.includes(settings.STUDENT_ROLE)
  const isInstructor = roles.includes(settings.INSTRUCTOR_ROLE)
  const studentId = isStudent ? studentIdIn(claimAt(claims, settings.STUDENT_ID_CLAIM)) : undefined
  if (!isStudent && !isInstructor) {
    // Told apart for the operator: most often the setting is wrong, not the person.
    const detail = roles.length > 0 ? 'holds neither role' : `is ${formOf(rolesClaim)}`
    return refused('no_role', `the claim ${settings.ROLES_CLAIM} ${detail}`)
  }
  if (studentId === undefined && !isInstructor) {
    return refused('no_student', `the claim ${settings.STUDENT_ID_CLAIM} is absent or malformed`)
  }
  return {
    outcome: 'enrolled',
    rule: isInstructor ? 'instructor_role' : 'student_claim',
    ...(studentId === undefined ? {} : { studentId }),
    roles: [
      ...(studentId === undefined ? [] : (['student'] as const)),
      ...(isInstructor ? (['instructor'] as const) : []),
    ],
  }
}

function refused(reason: RefusalReason, detail: string): Decision {
  return { outcome: 'refused', reason, detail }
}

function formOf(value: unknown): string {
  if (value === undefined) return 'absent'
  return Array.isArray(value) ? 'a list without names' : 'not a list of names'
}

/**
 * A claim by its path. The whole name goes first: providers use names with dots (`https://school.example/roles`). Own
 * properties only, so that `__proto__` is never a claim.
 */
export function claimAt(claims: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let value: unknown = claims
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

// A list of names, or one name: never a string to search in.
function rolesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((role) => typeof role === 'string') : []
}

// Keycloak sends a multi-valued attribute as a list: one element is that value, more are nobody's.
function studentIdIn(value: unknown): string | undefined {
  const single = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof single !== 'string') return undefined
  const id = single.trim()
  return STUDENT_ID.test(id) ? id : undefined
}
