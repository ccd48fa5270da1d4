/**
 * Client metadata (RFC 7591 §2) as the field sends it: what is unknown is dropped, what is dangerous is refused (ADR 6).
 * One parser for every way in which a client can become known.
 */
import { z } from 'zod'
import { AUTHENTICATION_METHODS } from '../oauth/authentication-methods.ts'
import { OAuthError } from '../oauth/error.ts'
import { JWT_BEARER } from '../oauth/grant-types.ts'
import type { Admission } from './admission.ts'
import type { ClientMetadata } from './client.ts'
import { readClientKeys } from './client-keys.ts'

const MAX_REDIRECT_URIS = 32
const MAX_NAME = 200
const MAX_URI = 2048
const MAX_SCOPE = 1024

/** A value of the wrong type counts as absent (C16: `null` and `""` are real). */
const text = (max: number) =>
  z
    .string()
    .transform(
      (value) =>
        value
          .replace(/\p{Cc}/gu, ' ')
          .trim()
          .slice(0, max) || undefined,
    )
    .optional()
    .catch(undefined)

const flag = () => z.literal(true).optional().catch(undefined)

const metadata = z.object({
  redirect_uris: z.unknown().optional(),
  token_endpoint_auth_method: z.unknown().optional(),
  grant_types: z.array(z.unknown()).catch([]),
  application_type: z.enum(['web', 'native']).optional().catch(undefined),
  client_name: text(MAX_NAME),
  client_uri: text(MAX_URI).transform((value) => (isWebUrl(value) ? value : undefined)),
  scope: text(MAX_SCOPE),
  software_id: text(MAX_NAME),
  software_version: text(MAX_NAME),
  jwks: z.unknown().optional(),
  jwks_uri: z.unknown().optional(),
  require_pushed_authorization_requests: flag(),
  dpop_bound_access_tokens: flag(),
})

/** @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 §3.2.2) */
export function readClientMetadata(
  body: unknown,
  admission: Pick<Admission, 'judgeRedirectUri' | 'isDocumentUrl' | 'takesAssertions'>,
): ClientMetadata {
  const parsed = metadata.safeParse(body)
  if (!parsed.success || Array.isArray(body)) {
    throw new OAuthError('invalid_client_metadata', 'the metadata is not a JSON object')
  }
  const { redirect_uris, token_endpoint_auth_method, grant_types, jwks, jwks_uri, ...rest } =
    parsed.data
  const method = authMethod(token_endpoint_auth_method)
  const redirectUris = admittedRedirectUris(redirect_uris, admission)
  const told = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as Partial<ClientMetadata>
  return {
    ...told,
    // OpenID Connect Registration §2; never a reason to refuse, since real clients say `web` and listen on loopback.
    application_type: told.application_type ?? applicationTypeOf(redirectUris),
    redirect_uris: redirectUris,
    token_endpoint_auth_method: method,
    ...(method === 'private_key_jwt' ? readClientKeys(jwks, jwks_uri, admission) : {}),
    // Every client of the code grant may refresh (C44), and the answer says so.
    grant_types: [
      'authorization_code',
      'refresh_token',
      // draft-ietf-oauth-identity-assertion-authz-grant-04 §8.1: for whoever asks for it and has credentials.
      ...(method !== 'none' && admission.takesAssertions && grant_types.includes(JWT_BEARER)
        ? [JWT_BEARER]
        : []),
    ],
    response_types: ['code'],
  }
}

/** C20: each is judged by itself; one that is dangerous refuses all. */
function admittedRedirectUris(
  value: unknown,
  admission: Pick<Admission, 'judgeRedirectUri'>,
): string[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new OAuthError('invalid_redirect_uri', 'redirect_uris has to list at least one URI')
  }
  if (value.length > MAX_REDIRECT_URIS) {
    throw new OAuthError('invalid_redirect_uri', 'redirect_uris lists too many URIs')
  }
  const judged = value.map((uri: unknown) => ({
    uri,
    is: admission.judgeRedirectUri(uri),
  }))
  if (judged.some(({ is }) => is === 'hostile')) {
    throw new OAuthError(
      'invalid_redirect_uri',
      'a redirect URI is relative, has a fragment, or could run script',
    )
  }
  const admitted = judged.filter(({ is }) => is === 'admitted').map(({ uri }) => String(uri))
  if (admitted.length === 0) {
    throw new OAuthError(
      'invalid_redirect_uri',
      'no redirect URI is admitted here: use https, or http on loopback',
    )
  }
  return [...new Set(admitted)]
}

/**
 * C17: the asked method is honoured. Without one RFC 7591 §2 means client_secret_basic, but those who leave it out (FastMCP,
 * the Python SDK) send no secret unless the answer names a method; a public client with PKCE works for them all.
 */
function authMethod(value: unknown): ClientMetadata['token_endpoint_auth_method'] {
  if (value === undefined || value === null || value === '') return 'none'
  const method = AUTHENTICATION_METHODS.find((each) => each === value)
  if (method !== undefined) return method
  throw new OAuthError(
    'invalid_client_metadata',
    `token_endpoint_auth_method has to be one of ${AUTHENTICATION_METHODS.join(', ')}`,
  )
}

function applicationTypeOf(redirectUris: readonly string[]): 'web' | 'native' {
  return redirectUris.every((uri) => uri.startsWith('https:')) ? 'web' : 'native'
}

function isWebUrl(value: string | undefined): boolean {
  return value !== undefined && /^https?:\/\//i.test(value) && URL.canParse(value)
}
