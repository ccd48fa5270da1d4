/** Ends a grant on every replica, and says so with the reason. */
import type { Store } from '../store/store.ts'
import type { Audit } from './audit.ts'

/** @throws StoreUnavailableError, and then nothing is said */
export async function revokeGrant(
  { store, audit }: { store: Store; audit: Audit },
  grant: string,
  facts: { person?: string; client_id?: string; by?: string; why: string },
): Promise<void> {
  await store.revoke(grant)
  audit('grant_revoked', { grant, ...facts })
}
