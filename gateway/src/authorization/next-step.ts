/**
 * The order of an authorization, in one pure function: consent, then the provider, then the person, then the answer.
 *
 * Consent comes before the provider (MCP security best practices 2026-07-28, “Confused deputy”): with one client of ours
 * at the provider, a session that is alive there must not give a code to a client that nobody agreed to.
 */

export interface Progress {
  consent?: 'allow' | 'cancel'
  /** Set once the provider sent the person back. Milliseconds; `authenticatedAt` undefined where the provider is silent. */
  login?: {
    startedAt: number
    authenticatedAt: number | undefined
    /** Milliseconds: the client wants a login that is not older (max_age, prompt=login). */
    notBefore?: number | undefined
  }
  /** The answer to “continue as …?”. */
  person?: 'continue' | 'switch' | 'cancel'
}

export type Step =
  | 'ask_consent'
  | 'log_in'
  | 'log_in_again'
  | 'confirm_person'
  | 'enrol_and_respond'
  | 'require_login'
  | 'deny'

export function nextStep(progress: Progress, confirmPerson: boolean): Step {
  if (progress.consent === undefined) return 'ask_consent'
  if (progress.consent === 'cancel' || progress.person === 'cancel') return 'deny'
  if (progress.login === undefined) return 'log_in'
  if (isTooOld(progress.login)) return 'require_login'
  if (progress.person === 'switch') return 'log_in_again'
  if (progress.person === 'continue') return 'enrol_and_respond'
  return confirmPerson && isOlder(progress.login) ? 'confirm_person' : 'enrol_and_respond'
}

// OpenID Connect Core §3.1.2.1, §3.1.3.7 rule 13: a provider that does not say when has not met a max_age.
function isTooOld({ authenticatedAt = 0, notBefore }: NonNullable<Progress['login']>): boolean {
  return notBefore !== undefined && authenticatedAt < notBefore
}

// auth_time counts whole seconds (OpenID Connect Core §2), so the start is compared by its second.
function isOlder(login: NonNullable<Progress['login']>): boolean {
  if (login.authenticatedAt === undefined) return true
  return login.authenticatedAt < Math.floor(login.startedAt / 1000) * 1000
}
