/**
 * grant_type=client_credentials (RFC 6749 §4.4), for machine clients that the operator registered in CLIENTS.
 *
 * What it gets is a service identity: no student, no role, a person id of its own, and the scopes of its entry. No refresh
 * token (§4.4.3); the grant lives as long as its one access token, and is revoked like any other.
 */
import { takeProof } from '../../http/dpop-header.ts'
import { OAuthError } from '../../oauth/error.ts'
import { canonicalResource } from '../../oauth/resource-indicator.ts'
import { parseScope } from '../../oauth/scope.ts'
import { mintToken, newGrantId } from '../../oauth/token-value.ts'
import { personIdOf } from '../../students/directory.ts'
import { useOf } from '../grant-use.ts'
import { keepClient } from '../keep-client.ts'
import type { TokenRoom } from '../room.ts'
import type { TokenRequest } from '../token-request.ts'
import type { TokenResponse } from '../token-response.ts'

export async function serveClient(
  room: TokenRoom,
  { request, form, client, proof }: TokenRequest,
): Promise<TokenResponse> {
  const { client_id, client_name, service_scopes } = client
  if (service_scopes === undefined) {
    throw new OAuthError('unauthorized_client', 'this client may not act in its own name')
  }
  const resource = canonicalResource(form.get('resource'), room.urls)
  const scopes = askedOf(service_scopes, form.get('scope'))
  await takeProof(room.store, proof)
  await keepClient(room, client)
  const now = room.now()
  const id = newGrantId()
  const access = mintToken('access', id)
  const { ACCESS_TOKEN_TTL } = room.config
  const personId = personIdOf(room.urls.issuer, client_id)
  await room.store.open(
    {
      version: 1,
      id,
      iss: room.urls.issuer,
      sub: client_id,
      rule: 'client_credentials',
      personId,
      roles: [],
      client_id,
      ...(client_name === undefined ? {} : { client_name }),
      resource,
      scopeConsented: scopes,
      scopeGranted: scopes,
      createdAt: now,
    },
    useOf(request, now),
    {
      hash: access.reference.hash,
      expiresAt: now + ACCESS_TOKEN_TTL * 1000,
      scopes,
      jkt: proof?.jkt,
    },
  )
  room.audit('service_token_issued', { grant: id, client_id, person: personId, scope: scopes })
  return { access_token: access.value, expires_in: ACCESS_TOKEN_TTL, scopes }
}

/** RFC 6749 §3.3: all where nothing is asked; what it may not have is refused, since nobody else will narrow it. */
function askedOf(allowed: readonly string[], scope: string | undefined): string[] {
  const asked = parseScope(scope)
  if (asked.some((each) => !allowed.includes(each))) {
    throw new OAuthError('invalid_scope', `this client may have ${allowed.join(' ')}`)
  }
  return asked.length > 0 ? asked : [...allowed]
}
