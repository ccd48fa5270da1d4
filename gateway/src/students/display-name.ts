/** How a person is called on a page: the provider's words (OpenID Connect Core §5.1), never an identifier to decide by. */
import type { Claimant } from '../upstream/upstream.ts'

export function displayName(identity: Claimant): string {
  for (const claim of ['name', 'preferred_username', 'email']) {
    const value = Object.hasOwn(identity.claims, claim) ? identity.claims[claim] : undefined
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return identity.sub
}
