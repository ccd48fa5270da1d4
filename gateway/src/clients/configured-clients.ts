/**
 * Clients that the operator registers by hand, in CLIENTS or CLIENTS_FILE: for Claude's field “OAuth client id”, for Microsoft
 * 365 Copilot, for machines, and for resource servers that introspect.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { jsonEntries } from '../json-entries.ts'
import { AUTHENTICATION_METHODS } from '../oauth/authentication-methods.ts'
import { OAuthError } from '../oauth/error.ts'
import { JWT_BEARER } from '../oauth/grant-types.ts'
import { judgeRedirectUri } from '../oauth/redirect-uri.ts'
import { PUBLIC_SCOPES } from '../oauth/scope.ts'
import { sha256 } from '../oauth/token-value.ts'
import { plainWords } from '../plain-words.ts'
import { ProblemsError } from '../problems-error.ts'
import type { Client } from './client.ts'
import { readClientMetadata } from './client-metadata.ts'
import { isDocumentUrl } from './documents/document-url.ts'

const SHA256 = /^[A-Za-z0-9_-]{43}$/
const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,199}$/
/** Characters: below it a hash without salt could be guessed. */
const MIN_SECRET = 32

/** One entry, as it is written. Strict: a misspelt member would be a rule that is not there. */
const configuredClient = z.strictObject({
  // RFC 6749 appendix A.1, without what is percent-encoded in Basic: the same in both spellings (C42).
  client_id: z
    .string()
    .regex(CLIENT_ID, 'may hold letters, digits and ._~- only')
    .refine((id) => !id.startsWith('bsg_client_'), 'must not begin with bsg_client_'),
  client_name: z.string().optional(),
  client_uri: z.string().optional(),
  redirect_uris: z.array(z.string()).default([]),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials', JWT_BEARER]))
    .default(['authorization_code', 'refresh_token']),
  token_endpoint_auth_method: z.enum(AUTHENTICATION_METHODS).optional(),
  client_secret_sha256: z.string().regex(SHA256, 'has to be the base64url of a SHA-256').optional(),
  client_secret_file: z.string().optional(),
  jwks: z.unknown().optional(),
  jwks_uri: z.string().optional(),
  scope: z.string().optional(),
  introspection: z.boolean().default(false),
  require_pushed_authorization_requests: z.boolean().optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
})
type ConfiguredClient = z.infer<typeof configuredClient>

/**
 * @param json an array, or nothing
 * @throws ProblemsError with every mistake
 */
export function readConfiguredClients(json: string): Map<string, Client> {
  const clients = new Map<string, Client>()
  const problems: string[] = []
  for (const [index, entry] of jsonEntries(json).entries()) {
    try {
      const client = read(parse(entry, index))
      if (clients.has(client.client_id)) problems.push(`${client.client_id}: is there twice`)
      clients.set(client.client_id, client)
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new ProblemsError(problems)
  return clients
}

function parse(entry: unknown, index: number): ConfiguredClient {
  const parsed = configuredClient.safeParse(entry, { error: plainWords })
  if (parsed.success) return parsed.data
  const named = (entry as { client_id?: unknown } | null)?.client_id
  const who = typeof named === 'string' && CLIENT_ID.test(named) ? named : `entry ${index + 1}`
  throw new ProblemsError(
    parsed.error.issues.map(({ path, message }) => [`${who}:`, ...path, message].join(' ')),
  )
}

function read(entry: ConfiguredClient): Client {
  const { client_id, grant_types, scope } = entry
  const client_secret_sha256 = secretOf(entry)
  const method =
    entry.token_endpoint_auth_method ??
    (client_secret_sha256
      ? 'client_secret_basic'
      : entry.jwks || entry.jwks_uri
        ? 'private_key_jwt'
        : 'none')
  if (method.startsWith('client_secret_') !== (client_secret_sha256 !== undefined)) {
    throw wrong(entry, `${method} and the secret do not go together`)
  }
  const isMachine = grant_types.includes('client_credentials')
  const hasPeople = grant_types.includes('authorization_code')
  const isManaged = grant_types.includes(JWT_BEARER)
  // RFC 6749 §4.4; draft-ietf-oauth-identity-assertion-authz-grant-04 §8.1: confidential clients only.
  if ((isMachine || isManaged || entry.introspection) && method === 'none') {
    throw wrong(
      entry,
      'without a secret or a key it may neither act by itself, nor use assertions, nor introspect',
    )
  }
  if (!hasPeople && !isMachine && !isManaged && !entry.introspection) {
    throw wrong(entry, 'it can do nothing: it has neither a grant type nor introspection')
  }
  if (hasPeople === (entry.redirect_uris.length === 0)) {
    throw wrong(entry, 'redirect_uris belong to the authorization code grant, and to it only')
  }
  if (scope !== undefined && !isMachine) {
    throw wrong(entry, 'scope belongs to client_credentials: people decide for themselves')
  }
  try {
    const metadata = readClientMetadata(
      {
        ...entry,
        token_endpoint_auth_method: method,
        // A machine has nobody to send back; the parser wants what everybody else has.
        redirect_uris: hasPeople ? entry.redirect_uris : ['https://client.invalid/'],
      },
      {
        judgeRedirectUri: (uri) => judgeRedirectUri(uri, entry.redirect_uris),
        isDocumentUrl,
        takesAssertions: true,
      },
    )
    const dropped = entry.redirect_uris.find((uri) => !metadata.redirect_uris.includes(uri))
    if (hasPeople && dropped !== undefined) {
      throw wrong(
        entry,
        `${dropped} is no redirect URI: use https, http on loopback, or an app’s scheme`,
      )
    }
    return {
      ...metadata,
      client_id,
      origin: 'configured',
      redirect_uris: hasPeople ? metadata.redirect_uris : [],
      grant_types,
      response_types: hasPeople ? ['code'] : [],
      may_introspect: entry.introspection,
      ...(client_secret_sha256 === undefined ? {} : { client_secret_sha256 }),
      ...(isMachine ? { service_scopes: serviceScopes(entry, scope) } : {}),
    }
  } catch (error) {
    if (error instanceof OAuthError) throw wrong(entry, error.description)
    throw error
  }
}

function serviceScopes(entry: ConfiguredClient, scope = ''): string[] {
  const scopes = scope.split(' ').filter((each) => each !== '')
  const unknown = scopes.find((each) => !PUBLIC_SCOPES.some((known) => known === each))
  if (unknown !== undefined) throw wrong(entry, `there is no scope ${unknown}`)
  if (scopes.length === 0) throw wrong(entry, 'client_credentials needs a scope')
  return scopes
}

function secretOf(entry: ConfiguredClient): string | undefined {
  const { client_secret_sha256, client_secret_file } = entry
  if (client_secret_file === undefined) return client_secret_sha256
  if (client_secret_sha256 !== undefined) {
    throw wrong(entry, 'client_secret_sha256 and client_secret_file exclude each other')
  }
  const secret = readSecret(entry, client_secret_file)
  if (secret.length < MIN_SECRET || !/^[\x21-\x7e]+$/.test(secret)) {
    throw wrong(entry, `the secret needs at least ${MIN_SECRET} printable characters`)
  }
  return sha256(secret)
}

function readSecret(entry: ConfiguredClient, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw wrong(entry, `client_secret_file cannot be read: ${code}`)
  }
}

function wrong(entry: ConfiguredClient, what: string): ProblemsError {
  return new ProblemsError([`${entry.client_id}: ${what}`])
}
