/**
 * The store of one process, for the embedded default: the same promises as Redis (ADR 5), kept until the process ends.
 *
 * Each verb is synchronous inside, so it is atomic. What is returned is a copy. Expired records are swept as others are
 * written, so memory is bounded by what is alive.
 */
import type { Role } from '../oauth/scope.ts'
import { sha256, type TokenReference } from '../oauth/token-value.ts'
import type {
  GrantRecord,
  GrantUse,
  Kind,
  Lifetimes,
  ListedKind,
  Records,
  UpstreamSession,
} from './records.ts'
import {
  type FoundToken,
  type GrantIndex,
  type IssuedAccessToken,
  type IssuedRefreshToken,
  type IssuedToken,
  isAmong,
  type Listed,
  type ListPage,
  MAX_ACCESS_TOKENS,
  MAX_LISTED,
  MAX_SPENT_REFRESH_TOKENS,
  type Redeemed,
  type RevocationListener,
  type Rotated,
  type Store,
} from './store.ts'

interface Kept {
  record: unknown
  expiresAt: number
  used: boolean
}

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

interface KeptGrant {
  record: GrantRecord
  use: GrantUse
  upstream?: UpstreamSession
  tokens: Map<string, KeptToken>
}

/** Writes between two sweeps. */
const SWEEP_EVERY = 512

export function createMemoryStore(options: { now: () => number; lifetimes: Lifetimes }): Store {
  const { now, lifetimes } = options
  const records = new Map<string, Kept>()
  const grants = new Map<string, KeptGrant>()
  const listeners = new Set<RevocationListener>()
  let writes = 0

  const keyOf = (kind: Kind, id: string) => `${kind}:${id}`
  const tokenKey = (token: TokenReference) => `${token.kind}:${token.hash}`

  function alive(key: string): Kept | undefined {
    const kept = records.get(key)
    if (kept && kept.expiresAt <= now()) {
      records.delete(key)
      return undefined
    }
    return kept
  }

  function write(kind: Kind, id: string, record: unknown, lifetime = lifetimes[kind]): void {
    records.set(keyOf(kind, id), {
      record: structuredClone(record),
      expiresAt: now() + lifetime,
      used: false,
    })
    if (++writes % SWEEP_EVERY === 0) sweep()
  }

  function sweep(): void {
    for (const key of records.keys()) alive(key)
    for (const id of grants.keys()) livingGrant(id)
  }

  function livingGrant(id: string): KeptGrant | undefined {
    const grant = grants.get(id)
    if (!grant) return undefined
    for (const token of grant.tokens.values()) if (token.expiresAt > now()) return grant
    grants.delete(id)
    return undefined
  }

  /** Least recently used first. */
  function living(index: GrantIndex): KeptGrant[] {
    return [...grants.keys()]
      .map(livingGrant)
      .filter((grant): grant is KeptGrant => grant !== undefined && isAmong(grant.record, index))
      .sort((a, b) => a.use.lastUsedAt - b.use.lastUsedAt)
  }

  /** Before a write: what is over goes, and so do the oldest of too many tokens. */
  function prune({ tokens }: KeptGrant): void {
    const access: [string, number][] = []
    const spent: [string, number][] = []
    for (const [key, token] of tokens) {
      const isCode = key.startsWith('code:')
      if (token.expiresAt <= now() && !(isCode && token.used)) tokens.delete(key)
      else if (key.startsWith('access:')) access.push([key, token.expiresAt])
      else if (token.rotation) spent.push([key, token.rotation.at])
    }
    forget(tokens, access, MAX_ACCESS_TOKENS - 1)
    forget(tokens, spent, MAX_SPENT_REFRESH_TOKENS - 1)
  }

  function writeAccess(grant: KeptGrant, access: IssuedAccessToken): void {
    grant.tokens.set(`access:${access.hash}`, {
      expiresAt: access.expiresAt,
      scopes: [...access.scopes],
      roles: access.roles && [...access.roles],
      jkt: access.jkt,
      used: false,
    })
  }

  const writeRefresh = (grant: KeptGrant, refresh: IssuedToken) =>
    grant.tokens.set(`refresh:${refresh.hash}`, {
      expiresAt: refresh.expiresAt,
      scopes: [],
      jkt: refresh.jkt,
      used: false,
    })

  return {
    async put(kind, id, record, lifetime) {
      write(kind, id, record, lifetime)
    },
    async get<K extends Kind>(kind: K, id: string) {
      return structuredClone(alive(keyOf(kind, id))?.record) as Records[K] | undefined
    },
    async claim<K extends Kind>(kind: K, id: string, record: Records[K], lifetime?: number) {
      const first = alive(keyOf(kind, id))
      if (first) return structuredClone(first.record) as Records[K]
      write(kind, id, record, lifetime)
      return undefined
    },
    async extend(kind, id, lifetime = lifetimes[kind]) {
      const kept = alive(keyOf(kind, id))
      if (kept) kept.expiresAt = Math.max(kept.expiresAt, now() + lifetime)
      return kept !== undefined
    },
    async replace(kind, id, record) {
      const kept = alive(keyOf(kind, id))
      if (kept) kept.record = structuredClone(record)
      return kept !== undefined
    },
    async drop(kind, id) {
      records.delete(keyOf(kind, id))
    },
    async list<K extends ListedKind>(kind: K, page: ListPage = {}): Promise<Listed<K>> {
      const { after, backwards = false } = page
      const limit = Math.min(page.limit ?? MAX_LISTED, MAX_LISTED)
      const ids = [...records.keys()]
        .filter((key) => key.startsWith(`${kind}:`) && alive(key))
        .map((key) => key.slice(kind.length + 1))
        .sort()
      if (backwards) ids.reverse()
      const rest = ids.filter((id) => after === undefined || (backwards ? id < after : id > after))
      const entries = rest.slice(0, limit).map((id) => ({
        id,
        record: structuredClone(alive(keyOf(kind, id))?.record) as Records[K],
      }))
      return {
        entries,
        next: rest.length > limit ? entries.at(-1)?.id : undefined,
        total: ids.length,
      }
    },
    async count(name, window) {
      const key = `count:${sha256(name)}:${Math.floor(now() / window)}`
      const counted = Number(alive(key)?.record ?? 0) + 1
      records.set(key, { record: counted, expiresAt: now() + window, used: false })
      if (++writes % SWEEP_EVERY === 0) sweep()
      return counted
    },
    async consume<K extends Kind>(kind: K, id: string) {
      const kept = alive(keyOf(kind, id))
      if (!kept) return undefined
      const first = !kept.used
      kept.used = true
      return { record: structuredClone(kept.record) as Records[K], first }
    },
    async release(id, owner) {
      const kept = alive(keyOf('link', id))
      if ((kept?.record as Records['link'] | undefined)?.owner !== owner) return false
      return records.delete(keyOf('link', id))
    },
    async open(grant, use, first) {
      const { hash, expiresAt, jkt } = first
      const isAccess = 'scopes' in first
      const token = {
        expiresAt,
        scopes: isAccess ? [...first.scopes] : [],
        roles: isAccess ? first.roles && [...first.roles] : undefined,
        jkt,
        used: false,
      }
      grants.set(grant.id, {
        record: structuredClone(grant),
        use: structuredClone(use),
        tokens: new Map([[`${isAccess ? 'access' : 'code'}:${hash}`, token]]),
      })
      if (++writes % SWEEP_EVERY === 0) sweep()
    },
    async find(token): Promise<FoundToken | undefined> {
      const grant = grants.get(token.grantId)
      const kept = grant?.tokens.get(tokenKey(token))
      if (!grant || !kept) return undefined
      if (kept.expiresAt <= now() && !(kept.used && token.kind === 'code')) return undefined
      return structuredClone({
        grant: grant.record,
        use: grant.use,
        expiresAt: kept.expiresAt,
        scopes: kept.scopes,
        roles: kept.roles ?? grant.record.roles,
        ...(kept.jkt === undefined ? {} : { jkt: kept.jkt }),
      })
    },
    async redeem(code, _grant, tokens, use): Promise<Redeemed> {
      const grant = grants.get(code.grantId)
      const kept = grant?.tokens.get(tokenKey(code))
      if (!grant || !kept) return 'unknown'
      if (kept.used) {
        return grant.tokens.has(`access:${tokens.access.hash}`) ? 'redeemed' : 'replay'
      }
      if (kept.expiresAt <= now()) return 'unknown'
      prune(grant)
      kept.used = true
      grant.use = structuredClone(use)
      writeAccess(grant, tokens.access)
      writeRefresh(grant, tokens.refresh)
      return 'redeemed'
    },
    async rotate(
      refresh: TokenReference,
      _grant: GrantRecord,
      tokens: { access: IssuedAccessToken; refresh: IssuedRefreshToken },
      use: GrantUse,
      grace: number,
    ): Promise<Rotated> {
      const grant = grants.get(refresh.grantId)
      const kept = grant?.tokens.get(tokenKey(refresh))
      if (!grant || !kept || kept.expiresAt <= now()) return { outcome: 'unknown' }
      if (!kept.rotation) {
        prune(grant)
        kept.rotation = {
          at: now(),
          successor: tokens.refresh.hash,
          sealed: tokens.refresh.sealed,
        }
        grant.use = structuredClone(use)
        writeAccess(grant, tokens.access)
        writeRefresh(grant, tokens.refresh)
        return { outcome: 'rotated' }
      }
      const { at, successor, sealed } = kept.rotation
      if (now() - at > grace) return { outcome: 'replay' }
      const next = grant.tokens.get(`refresh:${successor}`)
      if (!next || next.rotation || next.jkt !== tokens.refresh.jkt) return { outcome: 'refused' }
      prune(grant)
      grant.use = structuredClone(use)
      writeAccess(grant, tokens.access)
      return { outcome: 'again', sealed }
    },
    async revoke(grantId) {
      const was = livingGrant(grantId) !== undefined
      grants.delete(grantId)
      for (const listener of listeners) listener.revoked(grantId)
      return was
    },
    async narrow(grantId) {
      const grant = livingGrant(grantId)
      for (const key of grant?.tokens.keys() ?? []) {
        if (key.startsWith('access:')) grant?.tokens.delete(key)
      }
      for (const listener of listeners) listener.narrowed?.(grantId)
      return grant !== undefined
    },
    async upstreamSession(grantId) {
      return structuredClone(livingGrant(grantId)?.upstream)
    },
    async keepUpstreamSession(grantId, session) {
      const grant = livingGrant(grantId)
      if (!grant || (grant.upstream?.revision ?? 0) !== session.revision - 1) return false
      grant.upstream = structuredClone(session)
      return true
    },
    async isAlive(grantId, index) {
      const grant = livingGrant(grantId)
      return grant !== undefined && (index === undefined || isAmong(grant.record, index))
    },
    async grantsOf(index, most) {
      return living(index)
        .slice(0, most)
        .map((grant) => grant.record.id)
    },
    async listGrants(index, { skip, most }) {
      const all = living(index).reverse()
      const page = all.slice(skip, skip + most)
      return {
        grants: page.map(({ record, use }) => structuredClone({ grant: record, use })),
        more: all.length > skip + most,
      }
    },
    revocations: {
      live: true,
      listen(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    async ping() {},
    async close() {
      records.clear()
      grants.clear()
    },
  }
}

/** @param aged keys with their age, in milliseconds since the epoch */
function forget(tokens: Map<string, KeptToken>, aged: [string, number][], most: number): void {
  if (aged.length <= most) return
  aged.sort(([, a], [, b]) => a - b)
  for (const [key] of aged.slice(0, aged.length - most)) tokens.delete(key)
}
