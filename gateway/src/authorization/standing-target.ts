/**
 * Where an answer may go once the person has answered us. Between the consent page and this lie minutes: the client may be gone
 * by now, or have taken that redirect URI away (RFC 7592 §2.2, §2.3).
 */
import { isRegistered } from '../oauth/redirect-uri.ts'
import { PageError } from '../pages/page-error.ts'
import type { AuthorizationRequest } from '../store/records/login.ts'
import { targetOf } from './authorization-request.ts'
import type { ProvenTarget } from './authorization-response.ts'
import type { AuthorizationRoom } from './room.ts'

/** @throws PageError where it may go nowhere */
export async function standingTarget(
  { clients }: AuthorizationRoom,
  request: AuthorizationRequest,
): Promise<ProvenTarget> {
  const client = await clients.findKnown(request.client_id)
  if (!client) throw new PageError('unknown_client', 400, 'the client is gone')
  if (!isRegistered(request.redirect_uri, client.redirect_uris)) {
    throw new PageError('invalid_redirect_uri', 400, 'redirect_uri is no longer registered')
  }
  return targetOf(request)
}
