/** Audit events: one log line and one count each, never a token, code or secret in it. */
import type { FastifyBaseLogger } from 'fastify'
import type { Metrics } from './metrics.ts'

export type AuditEvent =
  | 'client_registered'
  | 'client_known'
  | 'client_limited'
  | 'client_updated'
  | 'client_deleted'
  | 'request_pushed'
  | 'service_token_issued'
  | 'assertion_redeemed'
  | 'assertion_refused'
  | 'consent_given'
  | 'consent_denied'
  | 'login_refused'
  | 'login_failed'
  | 'account_entered'
  | 'account_left'
  | 'person_linked'
  | 'person_unlinked'
  | 'person_waiting'
  | 'person_approved'
  | 'person_turned_away'
  | 'students_merged'
  | 'student_removed'
  | 'role_claim_missing'
  | 'student_changed'
  | 'roles_narrowed'
  | 'session_ended'
  | 'logout_refused'
  | 'upstream_refreshed'
  | 'upstream_refresh_failed'
  | 'student_conflict'
  | 'grant_opened'
  | 'grant_revoked'
  | 'grant_evicted'
  | 'code_redeemed'
  | 'code_refused'
  | 'code_replayed'
  | 'token_refreshed'
  | 'refresh_refused'
  | 'refresh_replayed'

export type Audit = (event: AuditEvent, facts: Record<string, unknown>) => void

export function createAudit(log: FastifyBaseLogger, metrics: Metrics): Audit {
  return (event, facts) => {
    metrics.events.inc({ event })
    log.info({ audit: event, ...facts }, event)
  }
}
