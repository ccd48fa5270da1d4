/** How long each kind of record lives. */
import type { Kind } from './records.ts'

/** Milliseconds; Infinity for what stays: people and links are bounded by the number of people. */
export type Lifetimes = Record<Kind, number>

const DAY = 86_400_000
/** Seconds that a logout token may be old, whatever it says of its end. */
export const LOGOUT_TOKEN_AGE = 600
/** A token whose clock is a minute ahead is good for a minute longer, and so is one that is a minute late. */
const LOGOUT_TOKEN_MEMORY = (LOGOUT_TOKEN_AGE + 120) * 1000
/** A provider that nobody asked for so long is asked as if nothing had been. */
const OUTAGE_MEMORY = 900_000
/** Longer than a refresh at the provider may take: discovery, token, keys and userinfo have 5 s each. */
export const LOCK_LIFETIME = 30_000
/** Milliseconds that a pushed authorization request lives (RFC 9126 §2.2 recommends less than ten minutes). */
export const PUSHED_REQUEST_LIFETIME = 90_000

/** @param settings seconds, as configured */
export function lifetimes(settings: { LOGIN_TTL: number; REFRESH_TOKEN_TTL: number }): Lifetimes {
  const login = settings.LOGIN_TTL * 1000
  return {
    // A registration outlives each grant by a day; put again at every redemption and refresh (C25).
    client: settings.REFRESH_TOKEN_TTL * 1000 + DAY,
    transaction: login,
    // At most: each is written with ACCOUNT_SESSION_TTL.
    account_session: DAY,
    login,
    // Longer than the sealed request that it guards.
    spent: login * 2,
    // As a client: extended at every redemption and refresh; without one it is kept for a day.
    document: settings.REFRESH_TOKEN_TTL * 1000 + DAY,
    document_failure: 5_000,
    pushed: PUSHED_REQUEST_LIFETIME,
    person: Number.POSITIVE_INFINITY,
    link: Number.POSITIVE_INFINITY,
    student: Number.POSITIVE_INFINITY,
    student_email: Number.POSITIVE_INFINITY,
    assignment: Number.POSITIVE_INFINITY,
    unlinked: Number.POSITIVE_INFINITY,
    waiting: 14 * DAY,
    history: 400 * DAY,
    missing_claim: 7 * DAY,
    // Every grant that began before asks for it at each refresh, or is over by then.
    ended: settings.REFRESH_TOKEN_TTL * 1000 + DAY,
    logout: LOGOUT_TOKEN_MEMORY,
    outage: OUTAGE_MEMORY,
    lock: LOCK_LIFETIME,
  }
}
