/** The codes and tokens of one grant in memory, and which of them are kept. */
import type { Role } from '../oauth/scope.ts'
import {
  type IssuedAccessToken,
  type IssuedToken,
  MAX_ACCESS_TOKENS,
  MAX_SPENT_REFRESH_TOKENS,
} from './store.ts'

interface KeptToken {
  expiresAt: number
  scopes: string[]
  roles?: Role[] | undefined
  jkt?: string | undefined
  /** Codes that were redeemed. */
  used: boolean
  /** Refresh tokens that were rotated. */
  rotation?: { at: number; successor: string; sealed: string }
}

/** By kind and hash. */
export type KeptTokens = Map<string, KeptToken>

/** Before a write: what is over goes, and so do the oldest of too many tokens. */
export function prune(tokens: KeptTokens, now: number): void {
  const access: [string, number][] = []
  const spent: [string, number][] = []
  for (const [key, token] of tokens) {
    const isCode = key.startsWith('code:')
    if (token.expiresAt <= now && !(isCode && token.used)) tokens.delete(key)
    else if (key.startsWith('access:')) access.push([key, token.expiresAt])
    else if (token.rotation) spent.push([key, token.rotation.at])
  }
  forget(tokens, access, MAX_ACCESS_TOKENS - 1)
  forget(tokens, spent, MAX_SPENT_REFRESH_TOKENS - 1)
}

export function writeAccess(tokens: KeptTokens, access: IssuedAccessToken): void {
  tokens.set(`access:${access.hash}`, {
    expiresAt: access.expiresAt,
    scopes: [...access.scopes],
    roles: access.roles && [...access.roles],
    jkt: access.jkt,
    used: false,
  })
}

export function writeRefresh(tokens: KeptTokens, refresh: IssuedToken): void {
  tokens.set(`refresh:${refresh.hash}`, {
    expiresAt: refresh.expiresAt,
    scopes: [],
    jkt: refresh.jkt,
    used: false,
  })
}

/** @param aged keys with their age, in milliseconds since the epoch */
function forget(tokens: KeptTokens, aged: [string, number][], most: number): void {
  if (aged.length <= most) return
  aged.sort(([, a], [, b]) => a - b)
  for (const [key] of aged.slice(0, aged.length - most)) tokens.delete(key)
}
