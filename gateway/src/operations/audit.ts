/** Audit events: one log line each, never a token, code or secret in it. */
import type { FastifyBaseLogger } from 'fastify'

export type AuditEvent =
  | 'client_registered'
  | 'consent_given'
  | 'consent_denied'
  | 'login_refused'
  | 'login_failed'
  | 'person_enrolled'
  | 'student_changed'
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

export function createAudit(log: FastifyBaseLogger): Audit {
  return (event, facts) => log.info({ audit: event, ...facts }, event)
}
