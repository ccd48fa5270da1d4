/**
 * The store: few verbs, two implementations (Redis, memory) that keep one suite of promises (docs/adr/0005).
 *
 * Single records have a kind, an id and a lifetime. A grant is one hash that holds its record and the SHA-256 of each
 * living code and token, so that redeem, rotate and revoke are one atomic step on one key, on any Redis Cluster, and
 * all tokens of a grant die together. Indexes may be stale; the grant is the truth.
 */
import type { Role } from '../oauth/scope.ts'
import type { TokenReference } from '../oauth/token-value.ts'
import type { GrantRecord, GrantUse, UpstreamSession } from './records/grant.ts'
import type { Kind, ListedKind, Records } from './records.ts'

/** A new code or token, as the store keeps it. */
export interface IssuedToken {
  hash: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** Thumbprint of the key that it is bound to (RFC 9449 §6). */
  jkt?: string | undefined
}

export interface IssuedAccessToken extends IssuedToken {
  /** The scopes of this very token: a refresh may have narrowed it (RFC 6749 §6). */
  scopes: string[]
  /** Those of the grant that the person still had; absent: all of the grant. */
  roles?: Role[] | undefined
}

export interface IssuedRefreshToken extends IssuedToken {
  /** The value itself, sealed under a key that only the holder of the token before it can derive. */
  sealed: string
}

/** What a presented code or token leads to. */
export interface FoundToken {
  grant: GrantRecord
  use: GrantUse
  expiresAt: number
  /** Access tokens only. */
  scopes: string[]
  /** Of an access token its own, else those of the grant. */
  roles: Role[]
  /** Where it is bound to a key. */
  jkt?: string
}

/** Living access tokens of one grant; the oldest go first. */
export const MAX_ACCESS_TOKENS = 32
/**
 * Refresh tokens of one grant that were rotated and are remembered, so that a replay is told from an unknown token: a month
 * of hourly refreshes. The oldest are forgotten first, so that a client that refreshes without end fills no store.
 */
export const MAX_SPENT_REFRESH_TOKENS = 1024

export type Redeemed = 'redeemed' | 'replay' | 'unknown'

/**
 * `rotated`: the successor given is now the living one. `again`: within the grace window and the first successor is still
 * unused, here is its sealed value. `refused`: within the window, but the successor was rotated, or is bound to another key than
 * the one given now. `replay`: after the window.
 */
export type Rotated =
  | { outcome: 'rotated' }
  | { outcome: 'again'; sealed: string }
  | { outcome: 'refused' | 'replay' | 'unknown' }

/**
 * Which grants: of a person, of a person's session at the provider, of a person whose provider named no session, of a client,
 * or of one person at one client.
 */
export type GrantIndex =
  | { personId: string }
  | { iss: string; sid: string }
  | { iss: string; sub: string; sid: null }
  | { client_id: string }
  | { personId: string; client_id: string }

/** The grant is the truth, whatever the index says. */
export function isAmong(grant: GrantRecord, index: GrantIndex): boolean {
  return Object.entries(index).every(([name, value]) => (grant[name] ?? null) === value)
}

/** A living grant as people see it. */
export interface ListedGrant {
  grant: GrantRecord
  use: GrantUse
}

/** What part of a kind to list: ids after `after` in their order, or before it in the opposite one. */
export interface ListPage {
  after?: string | undefined
  /** At most MAX_LISTED, which is the default. */
  limit?: number | undefined
  backwards?: boolean | undefined
}

export interface Listed<K extends ListedKind> {
  entries: { id: string; record: Records[K] }[]
  /** Where the next page begins; undefined after the last one. A page may have fewer entries than were asked for. */
  next: string | undefined
  /** Ids in the index, which may know some that are over. */
  total: number
}

export const MAX_LISTED = 100

/** Single records, each with a kind, an id and a lifetime. */
export interface RecordVerbs {
  /** Writes or overwrites; `lifetime` in ms, by default the kind's own. */
  put<K extends Kind>(kind: K, id: string, record: Records[K], lifetime?: number): Promise<void>
  get<K extends Kind>(kind: K, id: string): Promise<Records[K] | undefined>
  /**
   * Writes only where nothing is: undefined when this call wrote, else the record of whoever was first. Atomic. `lifetime` in
   * ms, by default the kind's own.
   */
  claim<K extends Kind>(
    kind: K,
    id: string,
    record: Records[K],
    lifetime?: number,
  ): Promise<Records[K] | undefined>
  /** Takes a record for one use. Atomic; remembers until the record's end, so that a second taker is told it is second. */
  consume<K extends Kind>(
    kind: K,
    id: string,
  ): Promise<{ record: Records[K]; first: boolean } | undefined>
  /** A record lives at least `lifetime` ms from now, never shorter than before; false where it is gone. Atomic. */
  extend(kind: Kind, id: string, lifetime?: number): Promise<boolean>
  /** Another record in the place of one that is there, with the end that it had; false where it is gone. Atomic. */
  replace<K extends Kind>(kind: K, id: string, record: Records[K]): Promise<boolean>
  drop(kind: Kind, id: string): Promise<void>
  /** A page of the records of a kind, by an index that may be stale: the records are the truth. */
  list<K extends ListedKind>(kind: K, page?: ListPage): Promise<Listed<K>>
  /** How often this was called for that name in the present window of so many ms, this call included. Atomic. */
  count(name: string, window: number): Promise<number>
  /** Drops a link only if this person still owns it. Atomic. */
  release(id: string, owner: string): Promise<boolean>
}

/** Grants, each with its codes and tokens. */
export interface GrantVerbs {
  /** Opens a grant with its one code, or, where nobody has to fetch it, with its one access token. */
  open(grant: GrantRecord, use: GrantUse, first: IssuedToken | IssuedAccessToken): Promise<void>
  /** One read. Undefined where the grant is gone or revoked, or the value is unknown to it or expired. */
  find(token: TokenReference): Promise<FoundToken | undefined>
  /**
   * Marks the code used and writes its tokens, in one step. A used code answers `replay` and changes nothing; the same call,
   * sent again because its answer was lost, answers the same.
   */
  redeem(
    code: TokenReference,
    grant: GrantRecord,
    tokens: { access: IssuedAccessToken; refresh: IssuedToken },
    use: GrantUse,
  ): Promise<Redeemed>
  /** One step of refresh; the access token is written on `rotated` and on `again`. `grace` in ms. */
  rotate(
    refresh: TokenReference,
    grant: GrantRecord,
    tokens: { access: IssuedAccessToken; refresh: IssuedRefreshToken },
    use: GrantUse,
    grace: number,
  ): Promise<Rotated>
  /** All that stems from the grant is dead; a tombstone stays; announced to every replica. True when it was alive. */
  revoke(grantId: string): Promise<boolean>
  /**
   * The grant lives on, and its access tokens are dead, announced to every replica: what is asked for next is decided anew.
   * True when it was alive.
   */
  narrow(grantId: string): Promise<boolean>
  /** What was last seen of the login at the provider; undefined where it was never checked, or the grant is gone. */
  upstreamSession(grantId: string): Promise<UpstreamSession | undefined>
  /**
   * Writes it, beside the grant's record. Atomic; false, and nothing written, where the grant is gone or where another
   * `revision` than the one before stands there: somebody else was first.
   */
  keepUpstreamSession(grantId: string, session: UpstreamSession): Promise<boolean>
  /** True while the grant exists and is not revoked, and is one of those where an index is named. */
  isAlive(grantId: string, index?: GrantIndex): Promise<boolean>
  /**
   * Living grants, least recently used first: all, or at most so many. Of those there may be fewer where the index was very
   * stale; then it is less so the next time.
   */
  grantsOf(index: GrantIndex, most?: number): Promise<string[]>
  /**
   * A page of living grants to look at, most recently used first: `most` after `skip`. It may hold fewer, where the index was
   * stale; `more` says whether others follow.
   */
  listGrants(
    index: GrantIndex,
    page: { skip: number; most: number },
  ): Promise<{ grants: ListedGrant[]; more: boolean }>
}

export interface Store extends RecordVerbs, GrantVerbs {
  readonly revocations: RevocationFeed
  /** Resolves when the store answers. @throws StoreUnavailableError */
  ping(): Promise<void>
  close(): Promise<void>
}

/**
 * Announcements of revoked and of narrowed grants. `live` only while the subscription is proven: a heartbeat of our own was sent and came
 * back within the last 1.5 s, so that whatever was announced before it has arrived too.
 */
export interface RevocationFeed {
  readonly live: boolean
  /** Returns the way to stop listening. */
  listen(listener: RevocationListener): () => void
}

export interface RevocationListener {
  revoked(grantId: string): void
  /** The access tokens that it had until now are dead. */
  narrowed?(grantId: string): void
  /** Announcements may have been missed from now on, until `restored`. */
  lost(): void
  restored(): void
}

/** The store does not answer: a 503 with Retry-After, never a client's fault. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
  constructor(cause: unknown) {
    super('the store does not answer', { cause })
  }
}
