/** Codes and tokens as the hash of their grant holds them. */
import type { Role } from '../oauth/scope.ts'
import type { TokenReference } from '../oauth/token-value.ts'
import type { GrantUse } from './records/grant.ts'
import type { IssuedAccessToken, IssuedToken } from './store.ts'

export interface StoredToken {
  e: number
  s?: string[]
  /** Roles, where they are not all of the grant. */
  r?: Role[]
  /** The key that it is bound to. */
  j?: string
  /** A code that was redeemed. */
  u?: number
}

export function field({ kind, hash }: TokenReference): string {
  return `${{ code: 'c', access: 'a', refresh: 'r' }[kind]}:${hash}`
}

export function tokenJson(token: IssuedToken | IssuedAccessToken): string {
  const kept: StoredToken = { e: token.expiresAt }
  if ('scopes' in token) {
    kept.s = token.scopes
    if (token.roles) kept.r = token.roles
  }
  if (token.jkt !== undefined) kept.j = token.jkt
  return JSON.stringify(kept)
}

/** The tokens as the scripts take them. */
export function stored(
  { access, refresh }: { access: IssuedAccessToken; refresh: IssuedToken },
  use: GrantUse,
): (string | number)[] {
  return [
    access.hash,
    tokenJson(access),
    refresh.hash,
    tokenJson(refresh),
    JSON.stringify(use),
    Math.max(access.expiresAt, refresh.expiresAt),
  ]
}
