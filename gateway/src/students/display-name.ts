/** How a person is called on a page: the provider's words (OpenID Connect Core §5.1), never an identifier to decide by. */
import type { Claimant } from '../upstream/upstream.ts'

/** What is not seen, or turns what is around it (Unicode TR 36). */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const EVERY_UNSEEN = new RegExp(UNSEEN, 'gu')
/** Characters of a name in the directory. */
export const MAX_NAME = 100

export function displayName(identity: Claimant): string {
  for (const claim of ['name', 'preferred_username', 'email']) {
    const value = Object.hasOwn(identity.claims, claim) ? identity.claims[claim] : undefined
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return identity.sub
}

/** The same for the directory: in a form in which its file can be read again. */
export function nameToKeep(identity: Claimant): string {
  const name = displayName(identity).slice(0, MAX_NAME).replace(EVERY_UNSEEN, '').trim()
  return name === '' ? '?' : name
}
