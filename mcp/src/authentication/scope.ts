/** Scopes that the school knows (RFC 6749 §3.3), and the challenge for those that are missing (RFC 6750 §3.1). */
import type { ScopeChallengeHandler } from '@modelcontextprotocol/server'

/** In the order in which they are listed everywhere. */
const PUBLIC_SCOPES = ['school:read', 'school:write'] as const
/** Instructors only; given by role, so no challenge ever names it. */
export const INSTRUCT = 'school:instruct'

export type Scope = (typeof PUBLIC_SCOPES)[number] | typeof INSTRUCT

export function holds(holder: { scopes: readonly string[] } | undefined, scope: Scope): boolean {
  return holder?.scopes.includes(scope) ?? false
}

/**
 * RFC 6750 §3.1: 403 `insufficient_scope` where a scope is missing that can be asked for. The challenge repeats what is
 * held, because a client asks for exactly what it is told and would lose the rest.
 */
export function needs(scopes: readonly Scope[]): ScopeChallengeHandler {
  const needed = PUBLIC_SCOPES.filter((scope) => scopes.includes(scope))
  return ({ authInfo }) => {
    if (needed.every((scope) => holds(authInfo, scope))) return undefined
    const [first, ...others] = PUBLIC_SCOPES.filter(
      (scope) => needed.includes(scope) || holds(authInfo, scope),
    )
    return first && { scopes: [first, ...others] }
  }
}
