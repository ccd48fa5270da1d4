/** How claims are read: own properties only, exact forms, and never a name that people can edit. */

// One @, printable ASCII: no letter that only looks like another, and none that becomes another in lower case (U+212A).
const EMAIL = /^[!-?A-~]{1,64}@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63})$/
// OpenID Connect Core §5.1: what a person may well change by themselves. §5.7: only iss and sub identify.
const EDITABLE =
  /^(name|given_name|family_name|middle_name|nickname|preferred_username|profile|picture|website|email|gender|birthdate|zoneinfo|locale|phone_number|address(\..*)?|updated_at|upn|unique_name|login)$/

/** True for a claim that must not decide who somebody is. */
export function isEditable(claim: string): boolean {
  return EDITABLE.test(claim.toLowerCase())
}

/**
 * A claim by its path. The whole name goes first: providers use names with dots (`https://school.example/roles`). Own
 * properties only, so that `__proto__` is never a claim.
 */
export function claimAt(claims: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let value: unknown = claims
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

/** A list of names, or one name: never a string to search in. */
export function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
}

/** What stands there in place of names. */
export function formOf(value: unknown): string {
  if (value === undefined) return 'absent'
  return Array.isArray(value) ? 'a list without names' : 'not a list of names'
}

/** In the one spelling in which addresses are compared; undefined for what is none. */
export function normalEmail(value: unknown): { email: string; domain: string } | undefined {
  if (typeof value !== 'string' || !/^[!-~]{3,254}$/.test(value)) return undefined
  const email = value.toLowerCase()
  const domain = EMAIL.exec(email)?.[1]
  return domain === undefined ? undefined : { email, domain }
}

/** OpenID Connect Core §5.1: `email_verified` is a JSON boolean; a string or a number that looks true is not. */
export function verifiedEmail(
  claims: Record<string, unknown>,
): { email: string; domain: string } | undefined {
  if (!Object.hasOwn(claims, 'email_verified') || claims.email_verified !== true) return undefined
  return Object.hasOwn(claims, 'email') ? normalEmail(claims.email) : undefined
}
