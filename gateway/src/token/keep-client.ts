/** A client that is used lives on (C25): asked before tokens are written, so that no token outlives its client. */
import type { Client } from '../clients/client.ts'
import { OAuthError } from '../oauth/error.ts'
import type { TokenRoom } from './room.ts'

/** @throws OAuthError `invalid_client` where it was deleted since it was found (RFC 7592 §2.3) */
export async function keepClient({ clients }: TokenRoom, client: Client): Promise<void> {
  if (await clients.keep(client)) return
  throw new OAuthError('invalid_client', 'the client is not registered any more; register again')
}
