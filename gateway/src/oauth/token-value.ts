/**
 * Values of codes and tokens: `<prefix><grant id>.<secret>`. The grant id says which hash to read; the store keeps only
 * the SHA-256 of the whole value. The prefixes let secret scanners find leaked ones.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

export type TokenKind = 'code' | 'access' | 'refresh'

const PREFIX: Record<TokenKind, string> = {
  code: 'bsg_ac_',
  access: 'bsg_at_',
  refresh: 'bsg_rt_',
}
// 16 bytes of grant id, 32 bytes of secret, both base64url (C42: [A-Za-z0-9_-], plus the dot of RFC 6750's b64token).
const BODY = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/

/** All that the store needs to know of a value. */
export interface TokenReference {
  kind: TokenKind
  grantId: string
  /** SHA-256 of the value, base64url. */
  hash: string
}

export interface MintedToken {
  value: string
  reference: TokenReference
}

export function newGrantId(): string {
  return randomBytes(16).toString('base64url')
}

export function mintToken(kind: TokenKind, grantId: string): MintedToken {
  const value = `${PREFIX[kind]}${grantId}.${randomBytes(32).toString('base64url')}`
  return { value, reference: { kind, grantId, hash: sha256(value) } }
}

/** The reference of a presented value, or undefined where it cannot be one of ours of that kind. */
export function parseToken(kind: TokenKind, value: string): TokenReference | undefined {
  const prefix = PREFIX[kind]
  const body = value.slice(prefix.length)
  if (!value.startsWith(prefix) || !BODY.test(body)) return undefined
  return { kind, grantId: body.slice(0, 22), hash: sha256(value) }
}

/** base64url of the SHA-256: how every bearer secret of ours is kept. */
export function sha256(value: string): string {
  return hash('sha256', value, 'base64url')
}

/** True where the value is the one that is kept as this hash; in constant time. */
export function hashMatches(value: string, kept: string): boolean {
  const actual = Buffer.from(sha256(value))
  const expected = Buffer.from(kept)
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}
