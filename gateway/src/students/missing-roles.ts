/** That a provider sends no claim of roles: most often a setting is wrong, not the person. Kept for a week. */
import type { FastifyBaseLogger } from 'fastify'
import { claimAt, formOf, namesIn } from '../oauth/claim-values.ts'
import { sha256 } from '../oauth/token-value.ts'
import type { Audit } from '../operations/audit.ts'
import type { Records } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Claimant } from '../upstream/upstream.ts'
import type { Policy } from './policy.ts'

/** Of one login, where a rule asks that claim. */
export async function noteMissingRoles(
  parts: { policy: Policy; store: Store; audit: Audit; now: () => number },
  { iss, claims }: Pick<Claimant, 'iss' | 'claims'>,
): Promise<void> {
  const { policy, store, audit, now } = parts
  const asks = policy.rules.some(({ groups, groupsClaim }) => groups && groupsClaim === undefined)
  const claim = policy.claimsOf(iss).claims.roles
  const found = claimAt(claims, claim)
  // An empty list is a person without roles; no list is a provider that does not send it.
  if (!asks || Array.isArray(found) || namesIn(found).length > 0) return
  const detail = formOf(found)
  audit('role_claim_missing', { iss, claim, detail })
  await store.put('missing_claim', sha256(iss), { version: 1, iss, claim, detail, at: now() })
}

export function missingRoles(
  store: Store,
  iss: string,
): Promise<Records['missing_claim'] | undefined> {
  return store.get('missing_claim', sha256(iss))
}

/** At the start: what logins of the last week lacked. Nothing waits for it, and a store that is down says so elsewhere. */
export async function tellMissingRoles(
  { policy, store }: { policy: Policy; store: Store },
  log: FastifyBaseLogger,
): Promise<void> {
  try {
    for (const issuer of policy.issuers) {
      const missing = await missingRoles(store, issuer)
      if (!missing) continue
      const { iss, claim, detail, at } = missing
      const facts = { iss, claim, detail, at: new Date(at).toISOString() }
      log.warn(facts, 'a login had no claim of roles: ROLES_CLAIM may be wrong; see npm run doctor')
    }
  } catch (error) {
    log.warn({ err: error }, 'not known whether logins had the claim of roles')
  }
}
