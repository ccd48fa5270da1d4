/**
 * What is stored: every kind of record with its schema, which is in `records/` by subject; each carries its version.
 *
 * Schemas are loose: a field written by a newer replica survives a read by an older one. RFC names stay snake_case.
 * Times are milliseconds since the epoch. No secret is here in clear: tokens, codes, browser secrets and client secrets are
 * SHA-256 hashes, the provider's tokens are ciphertext bound to their record.
 */
import type { z } from 'zod'
import {
  type ClientRecord,
  clientRecord,
  type DocumentRecord,
  documentFailureRecord,
  documentRecord,
} from './records/client.ts'
import {
  type AssignmentRecord,
  assignmentRecord,
  type HistoryRecord,
  historyRecord,
  type StudentEntry,
  studentEmailRecord,
  studentEntry,
  unlinkedRecord,
} from './records/directory.ts'
import {
  type AccountSessionRecord,
  type AccountTransaction,
  accountSessionRecord,
  type PendingLoginRecord,
  pendingLoginRecord,
  pushedRequestRecord,
  type TransactionRecord,
  transactionRecord,
} from './records/login.ts'
import { lockRecord, spentRecord } from './records/mark.ts'
import {
  type PersonRecord,
  personRecord,
  type StudentLinkRecord,
  studentLinkRecord,
  type WaitingRecord,
  waitingRecord,
} from './records/person.ts'
import { endedRecord, logoutRecord, missingClaimRecord, outageRecord } from './records/provider.ts'

export interface Records {
  client: ClientRecord
  transaction: TransactionRecord | AccountTransaction
  account_session: AccountSessionRecord
  login: PendingLoginRecord
  spent: z.infer<typeof spentRecord>
  document: DocumentRecord
  document_failure: z.infer<typeof documentFailureRecord>
  pushed: z.infer<typeof pushedRequestRecord>
  person: PersonRecord
  link: StudentLinkRecord
  student: StudentEntry
  student_email: z.infer<typeof studentEmailRecord>
  assignment: AssignmentRecord
  unlinked: z.infer<typeof unlinkedRecord>
  waiting: WaitingRecord
  history: HistoryRecord
  missing_claim: z.infer<typeof missingClaimRecord>
  ended: z.infer<typeof endedRecord>
  logout: z.infer<typeof logoutRecord>
  outage: z.infer<typeof outageRecord>
  lock: z.infer<typeof lockRecord>
}
export type Kind = keyof Records

/** Kinds whose records can be listed: the store keeps an index of their ids. */
export const LISTED = ['student', 'assignment', 'waiting', 'history'] as const
export type ListedKind = (typeof LISTED)[number]

/**
 * Of a login under way: where another release wrote them, and this one cannot read them, they are as if they were over. Nothing
 * is granted by them, and the person begins again.
 */
export const BEGUN_AGAIN: ReadonlySet<Kind> = new Set<Kind>(['transaction', 'login'])

export const schemas: { [K in Kind]: z.ZodType<Records[K]> } = {
  client: clientRecord,
  transaction: transactionRecord,
  account_session: accountSessionRecord,
  login: pendingLoginRecord,
  spent: spentRecord,
  document: documentRecord,
  document_failure: documentFailureRecord,
  pushed: pushedRequestRecord,
  person: personRecord,
  link: studentLinkRecord,
  student: studentEntry,
  student_email: studentEmailRecord,
  assignment: assignmentRecord,
  unlinked: unlinkedRecord,
  waiting: waitingRecord,
  history: historyRecord,
  missing_claim: missingClaimRecord,
  ended: endedRecord,
  logout: logoutRecord,
  outage: outageRecord,
  lock: lockRecord,
}
