/** Scopes of this house (RFC 6749 §3.3) and the one rule of what is granted. */

/** In the order in which they are listed everywhere. */
export const PUBLIC_SCOPES = ['school:read', 'school:write'] as const
/** Given by role, never asked for and never advertised (C13: clients ask for all they see). */
const INSTRUCTOR_SCOPE = 'school:instruct'

export type PublicScope = (typeof PUBLIC_SCOPES)[number]
export type Scope = PublicScope | typeof INSTRUCTOR_SCOPE
export type Role = 'student' | 'instructor'

/** Splits on any run of white space: a leading blank was seen from a real client (C36). */
export function parseScope(value: string | undefined): string[] {
  return [...new Set((value ?? '').split(/\s+/).filter((scope) => scope !== ''))]
}

export function formatScope(scopes: readonly string[]): string {
  return scopes.join(' ')
}

/** What a request asks of ours: both where none of ours was named (`claudeai`, empty, absent: C22, C36). */
export function askedScopes(value: string | undefined): PublicScope[] {
  const asked = parseScope(value)
  const ours = PUBLIC_SCOPES.filter((scope) => asked.includes(scope))
  return ours.length > 0 ? ours : [...PUBLIC_SCOPES]
}

/** What a person with these roles gets of what was consented; the consent page announces the instructor's part. */
export function grantedScopes(consented: readonly string[], roles: readonly Role[]): Scope[] {
  const granted: Scope[] = PUBLIC_SCOPES.filter((scope) => consented.includes(scope))
  return roles.includes('instructor') ? [...granted, INSTRUCTOR_SCOPE] : granted
}

/** What to ask for when more is needed: a client that asks only for what is missing would lose what it has. */
export function scopesToAsk(held: readonly string[], missing: readonly string[]): string[] {
  // What is given by role is never asked for, so what is held counts as far as it is public.
  const ours = PUBLIC_SCOPES.filter((scope) => held.includes(scope) || missing.includes(scope))
  return [...new Set([...ours, ...missing])]
}

/** RFC 6749 §6: a refresh may narrow, never widen; scopes it never had are ignored (C48). */
export function narrowScopes(granted: readonly Scope[], asked: string | undefined): Scope[] {
  const wanted = parseScope(asked)
  const narrowed = granted.filter((scope) => wanted.includes(scope))
  return narrowed.length > 0 ? narrowed : [...granted]
}
