/** client_id → client, whatever its origin. */
import type { ClientRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'

const CLIENT_ID = /^bsg_client_[A-Za-z0-9_-]{22}$/

/** @throws StoreUnavailableError */
export type FindClient = (clientId: string) => Promise<ClientRecord | undefined>

export function createFindClient(store: Store): FindClient {
  // An id that we never gave is not worth a read.
  return async (clientId) => (CLIENT_ID.test(clientId) ? store.get('client', clientId) : undefined)
}
