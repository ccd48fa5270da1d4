/** Grants in memory, each with its codes and tokens; one is over with the last of these. */
import type { TokenReference } from '../oauth/token-value.ts'
import { type KeptTokens, prune, writeAccess, writeRefresh } from './memory-tokens.ts'
import type { GrantRecord, GrantUse, UpstreamSession } from './records/grant.ts'
import {
  type FoundToken,
  type GrantIndex,
  type GrantVerbs,
  type IssuedAccessToken,
  type IssuedRefreshToken,
  isAmong,
  type Redeemed,
  type RevocationFeed,
  type RevocationListener,
  type Rotated,
} from './store.ts'

interface KeptGrant {
  record: GrantRecord
  use: GrantUse
  upstream?: UpstreamSession
  tokens: KeptTokens
}

export interface MemoryGrants {
  verbs: GrantVerbs
  revocations: RevocationFeed
  sweep(): void
  clear(): void
}

/** @param options `wrote` is told of each new grant */
export function createMemoryGrants(options: {
  now: () => number
  wrote: () => void
}): MemoryGrants {
  const { now, wrote } = options
  const grants = new Map<string, KeptGrant>()
  const listeners = new Set<RevocationListener>()

  const tokenKey = (token: TokenReference) => `${token.kind}:${token.hash}`

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

  return {
    verbs: {
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
        wrote()
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
        prune(grant.tokens, now())
        kept.used = true
        grant.use = structuredClone(use)
        writeAccess(grant.tokens, tokens.access)
        writeRefresh(grant.tokens, tokens.refresh)
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
          prune(grant.tokens, now())
          kept.rotation = {
            at: now(),
            successor: tokens.refresh.hash,
            sealed: tokens.refresh.sealed,
          }
          grant.use = structuredClone(use)
          writeAccess(grant.tokens, tokens.access)
          writeRefresh(grant.tokens, tokens.refresh)
          return { outcome: 'rotated' }
        }
        const { at, successor, sealed } = kept.rotation
        if (now() - at > grace) return { outcome: 'replay' }
        const next = grant.tokens.get(`refresh:${successor}`)
        if (!next || next.rotation || next.jkt !== tokens.refresh.jkt) return { outcome: 'refused' }
        prune(grant.tokens, now())
        grant.use = structuredClone(use)
        writeAccess(grant.tokens, tokens.access)
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
    },
    revocations: {
      live: true,
      listen(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    sweep() {
      for (const id of grants.keys()) livingGrant(id)
    },
    clear: () => grants.clear(),
  }
}
