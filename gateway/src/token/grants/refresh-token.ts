/**
 * grant_type=refresh_token (RFC 6749 §6), rotated at each use (RFC 9700 §4.14.2) by the grace rule of docs/adr/0008:
 * parallel refresh is normal in real clients (C46), so within the window the same old token gives the same successor. Before
 * it, the login at the provider is checked, and what comes of it is what the new tokens may do.
 */
import { isPublic } from '../../clients/client.ts'
import { takeProof } from '../../http/dpop-header.ts'
import { OAuthError } from '../../oauth/error.ts'
import { canonicalResource } from '../../oauth/resource-indicator.ts'
import { narrowScopes } from '../../oauth/scope.ts'
import { mintToken, parseToken } from '../../oauth/token-value.ts'
import type { GrantRecord } from '../../store/records/grant.ts'
import { useOf } from '../grant-use.ts'
import { keepClient } from '../keep-client.ts'
import { sealSuccessor, unsealSuccessor } from '../refresh-successor.ts'
import { confirmRights, rightsOf } from '../rights.ts'
import type { TokenRoom } from '../room.ts'
import type { TokenRequest } from '../token-request.ts'
import type { TokenResponse } from '../token-response.ts'

export async function refreshTokens(
  room: TokenRoom,
  { request, form, client, proof }: TokenRequest,
): Promise<TokenResponse> {
  const presented = form.require('refresh_token')
  const token = parseToken('refresh', presented)
  const found = token && (await room.store.find(token))
  if (!token || !found) throw refused('unknown, expired or revoked refresh token')
  const { grant } = found
  if (grant.client_id !== client.client_id) {
    room.audit('refresh_refused', { grant: grant.id, client_id: client.client_id, why: 'client' })
    throw refused('another client’s refresh token')
  }
  // RFC 9449 §5: before anything is known to be a replay, so that who has not the key logs nobody out.
  if (found.jkt !== undefined && found.jkt !== proof?.jkt) {
    room.audit('refresh_refused', { grant: grant.id, client_id: client.client_id, why: 'key' })
    throw refused('bound to another key')
  }
  canonicalResource(form.get('resource'), room.urls)
  await room.upstreamCheck.check(grant)
  const rights = await rightsOf(room, grant)
  const scopes = narrowScopes(rights.scopes, form.get('scope'))

  const now = room.now()
  const access = mintToken('access', grant.id)
  const successor = mintToken('refresh', grant.id)
  const { ACCESS_TOKEN_TTL, REFRESH_TOKEN_TTL, REFRESH_GRACE } = room.config
  await takeProof(room.store, proof)
  await keepClient(room, client)
  const rotated = await room.store.rotate(
    token,
    grant,
    {
      access: {
        hash: access.reference.hash,
        expiresAt: now + ACCESS_TOKEN_TTL * 1000,
        scopes,
        roles: rights.roles,
        jkt: proof?.jkt,
      },
      refresh: {
        hash: successor.reference.hash,
        expiresAt: now + REFRESH_TOKEN_TTL * 1000,
        sealed: sealSuccessor(presented, successor.value),
        // RFC 9449 §5: bound once, bound for good; and a public client may begin with any refresh.
        jkt: found.jkt ?? (isPublic(client) ? proof?.jkt : undefined),
      },
    },
    useOf(request, now),
    REFRESH_GRACE * 1000,
  )
  const refresh_token =
    rotated.outcome === 'rotated'
      ? successor.value
      : rotated.outcome === 'again'
        ? unsealSuccessor(presented, rotated.sealed)
        : await refuse(room, rotated.outcome, grant)
  await confirmRights(room, grant, rights)
  room.audit('token_refreshed', {
    grant: grant.id,
    client_id: client.client_id,
    outcome: rotated.outcome,
  })
  return { access_token: access.value, expires_in: ACCESS_TOKEN_TTL, refresh_token, scopes }
}

async function refuse(
  room: TokenRoom,
  outcome: 'refused' | 'replay' | 'unknown',
  grant: GrantRecord,
): Promise<never> {
  const facts = { grant: grant.id, client_id: grant.client_id, person: grant.personId }
  if (outcome === 'replay') {
    room.audit('refresh_replayed', { ...facts, answer: room.config.REFRESH_REPLAY })
    // RFC 9700 §4.14.2: whoever of the two is the thief, the family ends.
    if (room.config.REFRESH_REPLAY === 'revoke') await room.store.revoke(grant.id)
  } else {
    room.audit('refresh_refused', { ...facts, why: outcome })
  }
  throw refused(outcome)
}

function refused(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'the refresh token is invalid, expired or used', {
    detail,
  })
}
