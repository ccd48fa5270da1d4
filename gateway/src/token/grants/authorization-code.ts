/**
 * grant_type=authorization_code (RFC 6749 §4.1.3).
 *
 * Client, redirect URI, PKCE, key and resource are checked on the record as read; only then is the code taken, in one atomic
 * step. So a code presented by somebody without its verifier is refused and kills nothing, while a complete replay
 * revokes the whole grant (RFC 6749 §4.1.2, RFC 9700 §4.2.4).
 */
import { type Client, isPublic } from '../../clients/client.ts'
import { takeProof } from '../../http/dpop-header.ts'
import { OAuthError } from '../../oauth/error.ts'
import type { Form } from '../../oauth/form.ts'
import { verifierMatches } from '../../oauth/pkce.ts'
import { canonicalResource } from '../../oauth/resource-indicator.ts'
import { mintToken, parseToken } from '../../oauth/token-value.ts'
import type { GrantRecord } from '../../store/records/grant.ts'
import { evictGrants } from '../evict-grants.ts'
import { useOf } from '../grant-use.ts'
import { keepClient } from '../keep-client.ts'
import { confirmRights, rightsOf } from '../rights.ts'
import type { TokenRoom } from '../room.ts'
import type { TokenRequest } from '../token-request.ts'
import type { TokenResponse } from '../token-response.ts'

export async function redeemCode(
  room: TokenRoom,
  { request, form, client, proof }: TokenRequest,
): Promise<TokenResponse> {
  const code = parseToken('code', form.require('code'))
  const verifier = form.require('code_verifier')
  const found = code && (await room.store.find(code))
  if (!code || !found) throw refused('unknown, expired or revoked code')
  const { grant } = found
  const failure = failedCheck(room, form, client, verifier, grant, proof?.jkt)
  if (failure) {
    room.audit('code_refused', {
      grant: grant.id,
      client_id: client.client_id,
      why: failure.detail ?? failure.code,
    })
    throw failure
  }

  const rights = await rightsOf(room, grant)
  const now = room.now()
  const access = mintToken('access', grant.id)
  const refresh = mintToken('refresh', grant.id)
  const { ACCESS_TOKEN_TTL, REFRESH_TOKEN_TTL } = room.config
  await takeProof(room.store, proof)
  await keepClient(room, client)
  const outcome = await room.store.redeem(
    code,
    grant,
    {
      access: {
        hash: access.reference.hash,
        expiresAt: now + ACCESS_TOKEN_TTL * 1000,
        scopes: rights.scopes,
        roles: rights.roles,
        jkt: proof?.jkt,
      },
      refresh: {
        hash: refresh.reference.hash,
        expiresAt: now + REFRESH_TOKEN_TTL * 1000,
        // RFC 9449 §5: a confidential client is bound by its credentials, and may change its key.
        jkt: isPublic(client) ? proof?.jkt : undefined,
      },
    },
    useOf(request, now),
  )
  if (outcome === 'replay') {
    await room.store.revoke(grant.id)
    room.audit('code_replayed', { grant: grant.id, client_id: client.client_id })
  }
  if (outcome !== 'redeemed') throw refused(outcome)
  await confirmRights(room, grant, rights)
  room.audit('code_redeemed', { grant: grant.id, client_id: client.client_id })
  // The tokens are written: a failure here must not lose them, and the next redemption evicts again.
  await evictGrants(room, grant).catch((error: unknown) =>
    request.log.warn({ err: error }, 'old grants were not evicted'),
  )
  return {
    access_token: access.value,
    expires_in: ACCESS_TOKEN_TTL,
    refresh_token: refresh.value,
    scopes: rights.scopes,
  }
}

function failedCheck(
  room: TokenRoom,
  form: Form,
  client: Client,
  verifier: string,
  grant: GrantRecord,
  jkt: string | undefined,
): OAuthError | undefined {
  // RFC 6749 §4.1.3: issued to this client
  if (grant.client_id !== client.client_id) return refused('another client’s code')
  // RFC 6749 §4.1.3: the same redirect URI; OAuth 2.1 §4.1.3 no longer sends it, since PKCE does its work.
  if ((form.get('redirect_uri') ?? grant.redirect_uri) !== grant.redirect_uri) {
    return refused('another redirect_uri')
  }
  // RFC 7636 §4.6
  if (!verifierMatches(verifier, grant.code_challenge ?? '')) return refused('wrong code_verifier')
  // RFC 9449 §10
  if (grant.dpop_jkt !== undefined && grant.dpop_jkt !== jkt) return refused('another key')
  // RFC 8707 §2.2: the resource of the authorization, or none.
  try {
    canonicalResource(form.get('resource'), room.urls)
  } catch (error) {
    if (error instanceof OAuthError) return error
    throw error
  }
  return undefined
}

// One answer for every reason (RFC 6749 §5.2), so that it does not tell which half was wrong.
function refused(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'the authorization code is invalid, expired or used', {
    detail,
  })
}
