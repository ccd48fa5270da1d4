/** Clients, and the documents of theirs that were fetched. */
import { z } from 'zod'
import { AUTHENTICATION_METHODS } from '../../oauth/authentication-methods.ts'
import { version } from './version.ts'

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

export type ClientRecord = z.infer<typeof clientRecord>
export type DocumentRecord = z.infer<typeof documentRecord>
