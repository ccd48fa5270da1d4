/**
 * grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer (RFC 7523 §2.1) with an Identity Assertion JWT Authorization Grant: the
 * company vouches for its person, and no browser is asked (MCP extension Enterprise-Managed Authorization §5, ADR 26).
 *
 * The client is confidential (draft §8.1), the assertion is good once (extension §7.4.2), and what it gets is a short access
 * token and nothing to refresh it with (draft §4.4.3): the company is asked again.
 */
import { isPublic } from '../../clients/client.ts'
import { takeProof } from '../../http/dpop-header.ts'
import { OAuthError } from '../../oauth/error.ts'
import { canonicalResource } from '../../oauth/resource-indicator.ts'
import { askedScopes, grantedScopes } from '../../oauth/scope.ts'
import { mintToken, newGrantId, sha256 } from '../../oauth/token-value.ts'
import type { GrantRecord } from '../../store/records/grant.ts'
import { enrolAsserted } from '../../students/asserted-person.ts'
import type { Person } from '../../students/student.ts'
import { ASSERTION_SKEW, AssertionError } from '../../upstream/assertion-issuers.ts'
import { UpstreamError } from '../../upstream/upstream.ts'
import { evictGrants } from '../evict-grants.ts'
import { useOf } from '../grant-use.ts'
import { type IdJag, readIdJag } from '../id-jag.ts'
import { keepClient } from '../keep-client.ts'
import { confirmRights } from '../rights.ts'
import type { TokenRoom } from '../room.ts'
import type { TokenRequest } from '../token-request.ts'
import type { TokenResponse } from '../token-response.ts'

export async function redeemAssertion(
  room: TokenRoom,
  asked: TokenRequest,
): Promise<TokenResponse> {
  const { request, form, client, proof } = asked
  // Draft §8.1: whoever has no credentials asks the person.
  if (isPublic(client)) {
    throw new OAuthError('unauthorized_client', 'a public client may not use assertions')
  }
  const assertion = form.require('assertion')
  const resource = canonicalResource(form.get('resource'), room.urls)
  const { jag, person } = await judge(room, asked, assertion).catch((error: unknown) => {
    if (error instanceof OAuthError && error.code === 'invalid_grant') {
      const why = error.detail ?? error.description
      room.audit('assertion_refused', { client_id: client.client_id, why })
    }
    throw error
  })
  // Extension §7.2.1: no more than the assertion has, than was asked, and than the role may.
  const consented = askedScopes(form.get('scope')).filter(
    (scope) => jag.scopes?.includes(scope) ?? true,
  )
  if (consented.length === 0) {
    throw new OAuthError('invalid_scope', 'the assertion has none of the scopes that are asked')
  }
  const scopes = grantedScopes(consented, person.roles).filter(
    (scope) => jag.scopes?.includes(scope) ?? true,
  )
  await takeProof(room.store, proof)
  await keepClient(room, client)

  const now = room.now()
  const id = newGrantId()
  const access = mintToken('access', id)
  const { ID_JAG_TOKEN_TTL } = room.config
  const grant: GrantRecord = {
    version: 1,
    id,
    iss: jag.iss,
    sub: jag.sub,
    ...(jag.sid === undefined ? {} : { sid: jag.sid }),
    ...(jag.auth_time === undefined ? {} : { auth_time: jag.auth_time }),
    rule: person.rule,
    personId: person.personId,
    ...(person.studentId === undefined ? {} : { studentId: person.studentId }),
    roles: person.roles,
    client_id: client.client_id,
    ...(client.client_name === undefined ? {} : { client_name: client.client_name }),
    resource,
    scopeConsented: consented,
    scopeGranted: scopes,
    createdAt: now,
    // A logout after the company said it ends it, whenever it is used.
    begunAt: madeAt(jag) * 1000,
  }
  await room.store.open(grant, useOf(request, now), {
    hash: access.reference.hash,
    expiresAt: now + ID_JAG_TOKEN_TTL * 1000,
    scopes,
    jkt: proof?.jkt,
  })
  await confirmRights(room, grant, { scopes, roles: person.roles })
  const { personId, rule } = person
  const facts = { grant: id, client_id: client.client_id, person: personId, scope: scopes, rule }
  room.audit('assertion_redeemed', facts)
  await evictGrants(room, grant).catch((error: unknown) =>
    request.log.warn({ err: error }, 'old grants were not evicted'),
  )
  return { access_token: access.value, expires_in: ID_JAG_TOKEN_TTL, scopes }
}

/** From the assertion to a person of the school. */
async function judge(
  room: TokenRoom,
  { client, proof }: TokenRequest,
  assertion: string,
): Promise<{ jag: IdJag; person: Person }> {
  const payload = await room.assertionIssuers.verify(assertion).catch((error: unknown) => {
    throw explained(error)
  })
  const jag = readIdJag(payload, { client, proof, urls: room.urls, now: room.now() })
  // Before it changes anything: who somebody was an hour ago must not be said twice.
  await takeAssertion(room, jag)
  const { iss, sub } = jag
  if (await room.endedSessions.ended(jag, madeAt(jag) * 1000)) {
    throw new OAuthError(
      'invalid_grant',
      'the person was logged out since the assertion was made, or in the minute before: get a new one',
    )
  }
  const enrolment = await enrolAsserted(room, { iss, sub, claims: payload }, madeAt(jag))
  if (enrolment.outcome === 'enrolled') return { jag, person: enrolment.person }
  throw new OAuthError('invalid_grant', 'the person of the assertion is not enrolled here', {
    detail: `not enrolled: ${enrolment.outcome === 'refused' ? enrolment.reason : 'waiting'}`,
  })
}

/**
 * Seconds: when it was made, at the earliest. The company's clock may be ahead of ours, and what was said before a logout or a
 * demotion must not pass for what was said after it.
 */
function madeAt({ iat }: IdJag): number {
  return iat - ASSERTION_SKEW
}

/** Extension §7.4.2: once, on every replica, for as long as it could pass; by issuer, whose names they are. */
async function takeAssertion(room: TokenRoom, { iss, jti, exp }: IdJag): Promise<void> {
  const once = sha256(JSON.stringify(['id-jag', iss, jti]))
  const life = exp * 1000 - room.now() + 2 * ASSERTION_SKEW * 1000
  if ((await room.store.claim('spent', once, { version: 1 }, life)) === undefined) return
  throw new OAuthError('invalid_grant', 'the assertion was used before: get a new one')
}

function explained(error: unknown): unknown {
  if (error instanceof AssertionError) {
    const { cause } = error
    const detail = cause instanceof Error ? cause.message : String(cause)
    return new OAuthError('invalid_grant', error.message, { cause, detail })
  }
  if (!(error instanceof UpstreamError)) return error
  // Nobody’s assertion can be checked: the client has done nothing wrong.
  return error.kind === 'unavailable'
    ? new OAuthError('temporarily_unavailable', 'the issuer’s keys cannot be had now', {
        cause: error,
        retryAfter: 5,
      })
    : new OAuthError('server_error', 'the issuer is misconfigured here', { cause: error })
}
