/**
 * Whether the login behind a grant still stands, asked of the provider when a client refreshes (docs/adr/0024).
 *
 * What comes back goes through the directory, so that roles, student and person are those of now. One call at a time for one
 * grant, over all replicas; who waits uses its answer.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config.ts'
import type { Keys } from '../keys/keys.ts'
import { OAuthError } from '../oauth/error.ts'
import type { Audit } from '../operations/audit.ts'
import { revokeGrant } from '../operations/revoke-grant.ts'
import { LOCK_LIFETIME } from '../store/lifetimes.ts'
import type { GrantRecord, UpstreamSession } from '../store/records/grant.ts'
import type { Store } from '../store/store.ts'
import type { Directory } from '../students/directory.ts'
import type { Providers } from '../upstream/providers.ts'
import { UpstreamError } from '../upstream/upstream.ts'
import { createOutages, type OutageKind } from './outages.ts'

export interface UpstreamCheck {
  /**
   * @throws OAuthError `invalid_grant` where the login is over, and then the grant is; 503 or 500 where that could not be
   * known for too long, and then nobody is logged out
   */
  check(grant: GrantRecord): Promise<void>
}

/** Milliseconds. */
const MINUTE = 60_000
const POLL = 100
/** As long as one whole refresh at a provider that is slow. */
const PATIENCE = 8_000

export function createUpstreamCheck(parts: {
  config: Config
  store: Store
  keys: Keys
  providers: Providers
  directory: Directory
  audit: Audit
  log: FastifyBaseLogger
  now: () => number
}): UpstreamCheck {
  const { config, store, keys, providers, directory, audit, log, now } = parts
  const outages = createOutages(parts)
  const interval = config.UPSTREAM_CHECK * MINUTE

  async function sessionOf(grant: GrantRecord): Promise<UpstreamSession> {
    const first = { revision: 0, checks: 0, checkedAt: grant.createdAt }
    return (await store.upstreamSession(grant.id)) ?? first
  }

  async function end(grant: GrantRecord, why: string): Promise<never> {
    await revokeGrant(parts, grant.id, { person: grant.personId, why })
    throw over(why)
  }

  /** OpenID Connect Core §2: auth_time is when the person logged in; a time to come says nothing. */
  async function checkAge(grant: GrantRecord): Promise<void> {
    const { auth_time, createdAt } = grant
    const loggedInAt = Math.min(auth_time === undefined ? createdAt : auth_time * 1000, createdAt)
    if (now() - loggedInAt <= config.LOGIN_MAX_AGE * 1000) return
    await end(grant, 'the login is older than LOGIN_MAX_AGE')
  }

  /** What the last answer, or the lack of one, means for this refresh. */
  function judge({ failingSince, failure }: UpstreamSession, retryAt = now() + MINUTE): void {
    const grace = config.UPSTREAM_OUTAGE_GRACE * 1000
    if (failingSince === undefined || now() - failingSince <= grace) return
    // RFC 6749 §5.2 has no code for it, and invalid_grant would make clients throw away what is good.
    if (failure === 'misconfigured') {
      throw new OAuthError('server_error', 'the login cannot be checked', {
        detail: 'the provider refuses this gateway for longer than UPSTREAM_OUTAGE_GRACE',
      })
    }
    throw new OAuthError('temporarily_unavailable', 'the login provider does not answer', {
      retryAfter: Math.max(1, Math.ceil((retryAt - now()) / 1000)),
      detail: 'no answer for longer than UPSTREAM_OUTAGE_GRACE',
    })
  }

  async function keep(grant: GrantRecord, session: UpstreamSession): Promise<UpstreamSession> {
    const next = { ...session, revision: session.revision + 1 }
    if (!(await store.keepUpstreamSession(grant.id, next))) {
      log.warn({ grant: grant.id }, 'the grant ended, or another check was first')
    }
    return next
  }

  async function failed(
    grant: GrantRecord,
    session: UpstreamSession,
    failure: OutageKind,
    retryAt?: number,
  ): Promise<void> {
    const failingSince = session.failingSince ?? now()
    const checks = session.checks + 1
    judge(await keep(grant, { ...session, checks, failingSince, failure }), retryAt)
  }

  /** Only under the lock. */
  async function ask(grant: GrantRecord, session: UpstreamSession, token: string): Promise<void> {
    const binding = `grant:${grant.id}:upstreamRefreshToken`
    const refreshToken = keys.decrypt(binding, token)
    const idToken = keys.decrypt(`grant:${grant.id}:upstreamIdToken`, grant.upstreamIdToken ?? '')
    // Under a key that was taken out of FORMER_SECRET_KEYS: as if the provider had given none.
    if (refreshToken === undefined || idToken === undefined) return checkAge(grant)
    const upstream = providers.withIssuer(grant.iss)
    if (!upstream) {
      log.error(
        { iss: grant.iss },
        'no provider of that issuer is configured: its logins are unchecked',
      )
      return failed(grant, session, 'misconfigured')
    }
    const outage = await outages.of(grant.iss)
    if (outage) return failed(grant, session, outage.kind, outage.retryAt)
    const facts = { grant: grant.id, person: grant.personId, provider: upstream.id }
    let kept = session
    const rotate = async (rotated: string) => {
      kept = await keep(grant, { ...session, refreshToken: keys.encrypt(binding, rotated) })
    }
    const identity = await upstream
      .refresh(refreshToken, idToken, rotate)
      .catch((error: unknown) => {
        if (error instanceof UpstreamError) return error
        throw error
      })
    if (identity instanceof UpstreamError) {
      const { kind, providerError } = identity
      audit('upstream_refresh_failed', { ...facts, kind, error: providerError })
      if (kind === 'declined') return end(grant, 'the provider ended the session')
      if (kind === 'misconfigured') {
        log.error({ err: identity, provider: upstream.id }, 'the provider refuses this gateway')
      } else log.warn({ err: identity, provider: upstream.id }, 'a login could not be checked')
      // An answer that proves nothing is no answer; but it says nothing of the provider's other sessions.
      if (kind !== 'invalid') await outages.begin(grant.iss, kind)
      return failed(grant, kept, kind === 'misconfigured' ? kind : 'unavailable')
    }
    await outages.end(grant.iss)
    await directory.enrol(identity)
    const { failingSince: _, failure: __, ...sound } = kept
    await keep(grant, { ...sound, checks: kept.checks + 1, checkedAt: now() })
    audit('upstream_refreshed', facts)
  }

  return {
    async check(grant) {
      const seen = await sessionOf(grant)
      const token = seen.refreshToken ?? grant.upstreamRefreshToken
      if (token === undefined || interval === Number.POSITIVE_INFINITY) return checkAge(grant)
      const age = now() - seen.checkedAt
      // A time to come, by more than clocks may differ, says nothing: some clock was wrong.
      if (age < interval && age >= -MINUTE) return
      const lock = `upstream-${grant.id}`
      for (let waited = 0; waited < PATIENCE; waited += POLL) {
        if (!(await store.claim('lock', lock, { version: 1 }))) {
          const since = performance.now()
          try {
            if (!(await store.isAlive(grant.id))) throw over('the grant ended meanwhile')
            const session = await sessionOf(grant)
            if (session.checks !== seen.checks) return judge(session)
            return await ask(grant, session, session.refreshToken ?? token)
          } finally {
            // Later it may be somebody else's; where the store is gone it runs out by itself.
            if (performance.now() - since < LOCK_LIFETIME) {
              await store.drop('lock', lock).catch(() => undefined)
            }
          }
        }
        await pause(POLL)
        const session = await sessionOf(grant)
        if (session.checks !== seen.checks) return judge(session)
      }
      throw new OAuthError('temporarily_unavailable', 'the login is being checked', {
        retryAfter: 2,
      })
    },
  }
}

function over(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'the login is over; log in again', { detail })
}
