/** The end of an authorization: a grant with its one code. */
import type { FastifyRequest } from 'fastify'
import { grantedScopes } from '../oauth/scope.ts'
import { mintToken, newGrantId } from '../oauth/token-value.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import type { GrantRecord } from '../store/records/grant.ts'
import type { AuthorizationRequest } from '../store/records/login.ts'
import { loses } from '../students/directory.ts'
import type { Person } from '../students/student.ts'
import type { Identity } from '../upstream/upstream.ts'
import type { AuthorizationRoom } from './room.ts'

/**
 * Returns the authorization code (RFC 6749 §4.1.2); undefined where the login is over, or the person no longer who they were.
 * @param begunAt when the person was sent to the provider
 */
export async function openGrant(
  room: AuthorizationRoom,
  request: FastifyRequest,
  authorization: AuthorizationRequest,
  identity: Identity,
  person: Person,
  begunAt: number,
): Promise<string | undefined> {
  const id = newGrantId()
  const now = room.now()
  const grant: GrantRecord = {
    version: 1,
    id,
    iss: identity.iss,
    sub: identity.sub,
    ...(identity.sid === undefined ? {} : { sid: identity.sid }),
    ...(identity.auth_time === undefined ? {} : { auth_time: identity.auth_time }),
    rule: person.rule,
    personId: person.personId,
    ...(person.studentId === undefined ? {} : { studentId: person.studentId }),
    roles: person.roles,
    client_id: authorization.client_id,
    ...(authorization.client_name === undefined ? {} : { client_name: authorization.client_name }),
    redirect_uri: authorization.redirect_uri,
    code_challenge: authorization.code_challenge,
    ...(authorization.dpop_jkt === undefined ? {} : { dpop_jkt: authorization.dpop_jkt }),
    resource: authorization.resource,
    ...(authorization.scope_asked === undefined ? {} : { scopeAsked: authorization.scope_asked }),
    scopeConsented: authorization.scopes,
    scopeGranted: grantedScopes(authorization.scopes, person.roles),
    createdAt: now,
    begunAt,
    ...(identity.refreshToken === undefined
      ? {}
      : {
          upstreamRefreshToken: room.keys.encrypt(
            `grant:${id}:upstreamRefreshToken`,
            identity.refreshToken,
          ),
        }),
    upstreamIdToken: room.keys.encrypt(`grant:${id}:upstreamIdToken`, identity.idToken),
  }
  const code = mintToken('code', id)
  await room.store.open(
    grant,
    { lastUsedAt: now, address: request.ip },
    { hash: code.reference.hash, expiresAt: now + room.config.AUTHORIZATION_CODE_TTL * 1000 },
  )
  // A logout, or a login that took the student away, ended the grants that it saw; this one it may not have seen.
  const over = await room.endedSessions.ended(identity, begunAt)
  const standing = await room.directory.standing(person.personId)
  if (over || standing === undefined || loses(person, standing)) {
    const why = over ? 'the session ended' : 'the student or the roles changed'
    await revokeGrant(room, id, { person: person.personId, why })
    return undefined
  }
  room.audit('grant_opened', {
    grant: id,
    person: person.personId,
    student_id: person.studentId,
    client_id: grant.client_id,
    scope: grant.scopeGranted,
    rule: person.rule,
  })
  return code.value
}
