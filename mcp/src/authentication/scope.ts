/** Scopes that the school knows (RFC 6749 §3.3). */
import type { ScopeChallengeHandler } from '@modelcontextprotocol/server'

const READ = 'school:read'
const WRITE = 'school:write'
/** Instructors only; given by role, so no challenge ever names it. */
export const INSTRUCT = 'school:instruct'

/**
 * RFC 6750 §3.1: 403 `insufficient_scope` without `school:read`. The challenge repeats what is held, because a client
 * asks for exactly what it is told and would lose the rest.
 */
export const needsRead: ScopeChallengeHandler = ({ authInfo }) => {
  const held = authInfo?.scopes ?? []
  if (held.includes(READ)) return undefined
  return { scopes: held.includes(WRITE) ? [READ, WRITE] : [READ] }
}
