/**
 * What is stored: every kind of record with its schema, version and lifetime.
 *
 * Schemas are loose: a field written by a newer replica survives a read by an older one. RFC names stay snake_case.
 * Times are milliseconds since the epoch, lifetimes are milliseconds. No secret is here in clear: tokens, codes, browser
 * secrets and client secrets are SHA-256 hashes, the provider's tokens are ciphertext bound to their record.
 */
import { z } from 'zod'
import { AUTHENTICATION_METHODS } from '../oauth/authentication-methods.ts'

const version = z.literal(1)
const role = z.enum(['student', 'instructor'])

/** A registered client (RFC 7591 §2), by client_id. */
export const clientRecord = z.looseObject({
  version,
  client_id: z.string(),
  client_id_issued_at: z.number().describe('seconds since the epoch, as RFC 7591 §3.2.1 sends it'),
  client_name: z.string().optional(),
  client_uri: z.string().optional(),
  redirect_uris: z.array(z.string()),
  grant_types: z.array(z.string()),
  response_types: z.array(z.string()),
  token_endpoint_auth_method: z.enum(AUTHENTICATION_METHODS),
  client_secret_sha256: z.string().optional(),
  jwks: z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) }).optional(),
  jwks_uri: z.string().optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  registration_access_token_sha256: z
    .string()
    .optional()
    .describe('only where one registrant has the id (RFC 7592 §3)'),
  application_type: z.string().optional(),
  scope: z.string().optional(),
  software_id: z.string().optional(),
  software_version: z.string().optional(),
})

/** What a client asked at /authorize, checked: this much of it the later steps need. */
export const authorizationRequest = z.looseObject({
  client_id: z.string(),
  client_name: z.string().optional(),
  redirect_uri: z.string(),
  state: z.string().optional(),
  code_challenge: z.string(),
  resource: z.string(),
  scopes: z.array(z.string()).describe('the asked ∩ ours: what the consent page shows'),
  scope_asked: z.string().optional().describe('as the client wrote it'),
  ui_locales: z.string().optional(),
  login_hint: z.string().optional(),
  prompt: z.enum(['login', 'select_account']).optional(),
  max_age: z.number().optional().describe('seconds (OpenID Connect Core §3.1.2.1)'),
  pushed: z.string().optional().describe('the id of its request_uri (RFC 9126)'),
  dpop_jkt: z.string().optional().describe('RFC 9449 §10'),
})

/** Of each login under way. */
const transaction = {
  version,
  browser: z.string().describe('SHA-256 of the secret in this browser’s cookie'),
  provider: z.string().describe('the id of the provider to which the browser was sent'),
  iss: z.string().describe('its issuer then (RFC 9700 §4.4.2)'),
  startedAt: z.number(),
}

/** From the consent to the callback: what leads to a client. */
const authorizeTransaction = z.looseObject({
  ...transaction,
  purpose: z.literal('authorize'),
  request: authorizationRequest,
})

/** From the person's own page to the callback, and back to that page: it has no client. */
const accountTransaction = z.looseObject({ ...transaction, purpose: z.literal('account') })

/** One login under way, by the `state` sent to the provider. */
export const transactionRecord = z.discriminatedUnion('purpose', [
  authorizeTransaction,
  accountTransaction,
])

/** A person at their own page, by the SHA-256 of their cookie. */
export const accountSessionRecord = z.looseObject({
  version,
  personId: z.string(),
  iss: z.string(),
  sub: z.string(),
  sid: z.string().optional().describe('the provider’s session'),
  provider: z.string(),
  login: z.string().describe('the person’s name and the ID token, encrypted'),
  begunAt: z.number().describe('when the person was sent to the provider'),
  expiresAt: z.number(),
})

/** A login that waits for the person to say that they are who is logged in, by a random id. */
export const pendingLoginRecord = z.looseObject({
  version,
  request: authorizationRequest,
  browser: z.string(),
  provider: z.string(),
  identity: z.string().describe('the verified identity, encrypted'),
  startedAt: z.number(),
})

/**
 * That something was done, by its id: a consent form was answered, a client assertion or a DPoP proof was used; a document is
 * being fetched, or was withdrawn by its owner.
 */
export const spentRecord = z.looseObject({ version })

/** A JSON document of a client as it was fetched, by what it is (its metadata, or its keys) and its URL. */
export const documentRecord = z.looseObject({
  version,
  document: z.record(z.string(), z.unknown()),
  fetchedAt: z.number(),
  freshUntil: z.number(),
})

/** Why a document could not be had a moment ago, by what it is and its URL. */
export const documentFailureRecord = z.looseObject({
  version,
  reason: z.enum(['refused', 'unreachable', 'gone', 'invalid']),
  detail: z.string(),
})

/** A pushed authorization request (RFC 9126), checked, by the id in its request_uri. */
export const pushedRequestRecord = z.looseObject({ version, request: authorizationRequest })

/** Who a login was the last time, by person id. */
export const personRecord = z.looseObject({
  version,
  iss: z.string(),
  sub: z.string(),
  studentId: z.string().optional(),
  roles: z.array(role),
  rule: z.string().describe('the enrolment rule that decided'),
  linked: z
    .boolean()
    .optional()
    .describe('the student is who the assignment says, while it stands'),
  firstSeenAt: z.number(),
  lastLoginAt: z.number(),
})

/** A student of the directory, by student id. Who was removed stays, so that no claim and no link brings them back. */
export const studentEntry = z.looseObject({
  version,
  studentId: z.string(),
  name: z.string().optional(),
  email: z.string().optional().describe('in lower case; no other student has it'),
  status: z.enum(['active', 'removed']),
  mergedInto: z.string().optional(),
  createdAt: z.number(),
  changedAt: z.number(),
})

/** Whose e-mail address it is, by its SHA-256. */
export const studentEmailRecord = z.looseObject({ version, owner: z.string().describe('student') })

/** Which student a login is whose provider has no student claim, by person id: what a rule by link reads. */
export const assignmentRecord = z.looseObject({
  version,
  iss: z.string(),
  sub: z.string(),
  studentId: z.string(),
  how: z.enum(['command', 'email', 'cadet', 'approval']),
  by: z.string().describe('the rule, the person or the operator'),
  assignedAt: z.number(),
})

/** That an operator took a link away, by person id: no rule by e-mail makes it again, until somebody links that login by hand. */
export const unlinkedRecord = z.looseObject({
  version,
  iss: z.string(),
  sub: z.string(),
  studentId: z.string().describe('who they were'),
  by: z.string(),
  unlinkedAt: z.number(),
})

/** Who waits for an instructor, or was turned away by one, by person id. */
export const waitingRecord = z.looseObject({
  version,
  iss: z.string(),
  sub: z.string(),
  status: z.enum(['waiting', 'refused']),
  name: z.string().describe('as the provider says: it decides nothing'),
  email: z.string().optional(),
  emailVerified: z.boolean(),
  askedAt: z.number(),
  refusedBy: z.string().optional(),
})

/** One step of the directory's audit trail, by its time and a random suffix. */
export const historyRecord = z.looseObject({
  version,
  at: z.number(),
  action: z.enum([
    'linked',
    'unlinked',
    'changed',
    'approved',
    'refused',
    'merged',
    'added',
    'updated',
    'removed',
    'restored',
  ]),
  by: z.string().describe('rule: …, command: …, or the person id of an instructor'),
  personId: z.string().optional(),
  iss: z.string().optional(),
  sub: z.string().optional(),
  studentId: z.string().optional(),
  from: z.string().optional().describe('the student before'),
  detail: z.string().optional(),
})

/** That a provider sent no claim of roles a while ago, by SHA-256 of its issuer: most often a setting is wrong. */
export const missingClaimRecord = z.looseObject({
  version,
  iss: z.string(),
  claim: z.string(),
  detail: z.string(),
  at: z.number(),
})

/** One student has at most one person per issuer, by SHA-256 of issuer and student id. */
export const studentLinkRecord = z.looseObject({
  version,
  owner: z.string().describe('person id'),
  iss: z.string(),
  studentId: z.string(),
  linkedAt: z.number(),
})

/** That the provider ended a session, or all of a person's, by SHA-256 of issuer and session or subject. */
export const endedRecord = z.looseObject({
  version,
  at: z.number().describe('what began until then is over'),
})

/** A logout token that was received, by SHA-256 of issuer and jti: consumed once it was obeyed. */
export const logoutRecord = z.looseObject({
  version,
  at: z.number().describe('when it came first'),
  obeyed: z.boolean(),
})

/** A provider that cannot be asked at present, by SHA-256 of its issuer. */
export const outageRecord = z.looseObject({
  version,
  kind: z.enum(['unavailable', 'misconfigured']),
  retryAt: z.number(),
  backoff: z.number().describe('milliseconds'),
})

/** That one replica has something in hand which two must not do at once. */
export const lockRecord = z.looseObject({ version })

/** What one person granted one client, once: never changed after it is opened. */
export const grantRecord = z.looseObject({
  version,
  id: z.string(),
  iss: z.string(),
  sub: z.string(),
  sid: z.string().optional().describe('the provider’s session'),
  auth_time: z.number().optional().describe('seconds since the epoch'),
  rule: z.string(),
  personId: z.string(),
  studentId: z.string().optional(),
  roles: z.array(role),
  client_id: z.string(),
  client_name: z.string().optional(),
  redirect_uri: z.string().optional().describe('absent where there was no code'),
  code_challenge: z.string().optional(),
  dpop_jkt: z.string().optional().describe('the key to which the code is bound (RFC 9449 §10)'),
  resource: z.string(),
  scopeAsked: z.string().optional(),
  scopeConsented: z.array(z.string()),
  scopeGranted: z.array(z.string()),
  createdAt: z.number(),
  begunAt: z.number().optional().describe('when its login began; absent: createdAt'),
  upstreamRefreshToken: z.string().optional().describe('encrypted; as the login gave it'),
  upstreamIdToken: z.string().optional().describe('encrypted'),
})

/** What the provider last said of the login behind a grant: beside its record, rewritten at each check. */
export const upstreamSession = z.looseObject({
  revision: z.number().describe('counts the writes'),
  checks: z.number().describe('counts the answers, good and bad'),
  checkedAt: z.number().describe('when the provider last vouched for the login'),
  failingSince: z.number().optional().describe('since when it could not be asked'),
  failure: z.enum(['unavailable', 'misconfigured']).optional().describe('why'),
  refreshToken: z.string().optional().describe('encrypted; in place of the grant’s own'),
})

/** When and from where a grant was used last: beside its record, rewritten at redeem and refresh. */
export const grantUse = z.looseObject({
  lastUsedAt: z.number(),
  address: z.string(),
  userAgent: z.string().optional(),
})

export type ClientRecord = z.infer<typeof clientRecord>
export type AuthorizationRequest = z.infer<typeof authorizationRequest>
export type DocumentRecord = z.infer<typeof documentRecord>
export type TransactionRecord = z.infer<typeof authorizeTransaction>
export type AccountTransaction = z.infer<typeof accountTransaction>
export type AccountSessionRecord = z.infer<typeof accountSessionRecord>
export type PendingLoginRecord = z.infer<typeof pendingLoginRecord>
export type PersonRecord = z.infer<typeof personRecord>
export type StudentLinkRecord = z.infer<typeof studentLinkRecord>
export type StudentEntry = z.infer<typeof studentEntry>
export type AssignmentRecord = z.infer<typeof assignmentRecord>
export type WaitingRecord = z.infer<typeof waitingRecord>
export type HistoryRecord = z.infer<typeof historyRecord>
export type GrantRecord = z.infer<typeof grantRecord>
export type UpstreamSession = z.infer<typeof upstreamSession>
export type GrantUse = z.infer<typeof grantUse>

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
