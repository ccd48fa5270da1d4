/**
 * What a grant may have today: asked before its tokens are written, and once more afterwards, since a logout or a demotion
 * that came in between ended only what it saw.
 */
import { OAuthError } from '../oauth/error.ts'
import { grantedScopes, type Role, type Scope } from '../oauth/scope.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import type { GrantRecord } from '../store/records/grant.ts'
import { loses, rolesLeft } from '../students/directory.ts'
import type { TokenRoom } from './room.ts'

export interface Rights {
  scopes: Scope[]
  roles: Role[]
}

/**
 * What the person consented to and is allowed today: a role lost takes its scopes along, a role gained since widens nothing.
 * @throws OAuthError `invalid_grant` where nothing is left, and then the grant is over
 */
export async function rightsOf(room: TokenRoom, grant: GrantRecord): Promise<Rights> {
  const [over, standing] = await Promise.all([
    room.endedSessions.ended(grant, grant.begunAt ?? grant.createdAt),
    room.directory.standing(grant.personId),
  ])
  const why = over
    ? 'the session ended'
    : standing === undefined
      ? 'the person is no longer enrolled'
      : loses(grant, standing)
        ? 'the student or the roles changed'
        : undefined
  if (why !== undefined || standing === undefined) return end(room, grant, why ?? '')
  const roles = rolesLeft(grant, standing)
  const allowed = grantedScopes(grant.scopeConsented, roles)
  return { roles, scopes: allowed.filter((scope) => grant.scopeGranted.includes(scope)) }
}

/** After the tokens are written. @throws OAuthError `invalid_grant` where the grant is over by now */
export async function confirmRights(
  room: TokenRoom,
  grant: GrantRecord,
  given: Rights,
): Promise<void> {
  const { roles } = await rightsOf(room, grant)
  // What was just given is more than is left: it is dead, and the client's next refresh gets what is.
  if (given.roles.some((role) => !roles.includes(role))) await room.store.narrow(grant.id)
}

async function end(room: TokenRoom, grant: GrantRecord, why: string): Promise<never> {
  await revokeGrant(room, grant.id, { person: grant.personId, why })
  throw new OAuthError('invalid_grant', 'the authorization is over; log in again', { detail: why })
}
