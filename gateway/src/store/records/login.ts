/** From what a client asked to who logged in; and who is signed in to their own page. */
import { z } from 'zod'
import { version } from './version.ts'

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

/** A pushed authorization request (RFC 9126), checked, by the id in its request_uri. */
export const pushedRequestRecord = z.looseObject({ version, request: authorizationRequest })

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

/** A login that waits for the person to say that they are who is logged in, by a random id. */
export const pendingLoginRecord = z.looseObject({
  version,
  request: authorizationRequest,
  browser: z.string(),
  provider: z.string(),
  identity: z.string().describe('the verified identity, encrypted'),
  startedAt: z.number(),
})

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

export type AuthorizationRequest = z.infer<typeof authorizationRequest>
export type TransactionRecord = z.infer<typeof authorizeTransaction>
export type AccountTransaction = z.infer<typeof accountTransaction>
export type PendingLoginRecord = z.infer<typeof pendingLoginRecord>
export type AccountSessionRecord = z.infer<typeof accountSessionRecord>
