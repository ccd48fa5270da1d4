/**
 * What an Identity Assertion JWT Authorization Grant says, judged for one request: pure
 * (draft-ietf-oauth-identity-assertion-authz-grant-04 §3.1, §4.4.1; MCP extension Enterprise-Managed Authorization §7.6.2).
 */
import type { JWTPayload } from 'jose'
import { z } from 'zod'
import type { Client } from '../clients/client.ts'
import type { DpopProof } from '../oauth/dpop-proof.ts'
import { OAuthError } from '../oauth/error.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { canonicalResource } from '../oauth/resource-indicator.ts'
import { grantedScopes, PUBLIC_SCOPES, parseScope } from '../oauth/scope.ts'
import { ASSERTION_SKEW } from '../upstream/assertion-issuers.ts'

/** Seconds: extension §7.4.2, short-lived; one that is good for longer is a password. */
const MAX_LIFE = 3600
const MAX_TEXT = 1024

/**
 * Limits that nothing here could keep, so they are never ignored. §6.3: beside a tenant a subject is somebody else; RFC 9396 §5:
 * what is granted in detail is less than a scope.
 */
const NOT_KEPT = ['tenant', 'authorization_details'] as const

const OURS: readonly string[] = grantedScopes(PUBLIC_SCOPES, ['instructor'])

const text = z.string().min(1).max(MAX_TEXT)
const seconds = z.number().int().positive()

const claims = z.object({
  iss: z.string(),
  sub: text,
  aud: z.union([z.string(), z.tuple([z.string()])]),
  client_id: text,
  jti: text,
  exp: seconds,
  iat: seconds,
  resource: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  scope: z.string().optional(),
  auth_time: seconds.optional().catch(undefined),
  sid: text.optional().catch(undefined),
  cnf: z.object({ jkt: z.string() }).optional(),
})

export type IdJag = Omit<z.infer<typeof claims>, 'scope'> & {
  /** Undefined where it says nothing of scopes. */
  scopes: string[] | undefined
}

/** @throws OAuthError `invalid_grant` that names the claim: the assertion is genuine, and its bearer is known */
export function readIdJag(
  payload: JWTPayload,
  asked: { client: Client; proof: DpopProof | undefined; urls: PublicUrls; now: number },
): IdJag {
  const { client, proof, urls } = asked
  const parsed = claims.safeParse(payload)
  if (!parsed.success) {
    throw refused(`the claim ${String(parsed.error.issues[0]?.path[0])} is missing or malformed`)
  }
  const notKept = NOT_KEPT.find((name) => payload[name] !== undefined)
  if (notKept !== undefined) throw refused(`the claim ${notKept} is not supported here`)
  const { scope, ...jag } = parsed.data
  // §4.4.1: our issuer identifier and nothing beside it; RFC 8414 §3.3: compared as a string.
  if ([jag.aud].flat()[0] !== urls.issuer)
    throw refused('the claim aud is not this server’s issuer')
  // §4.4.1: the same client, so that one client’s assertion is no use to another.
  if (jag.client_id !== client.client_id) throw refused('the claim client_id is another client')
  const now = Math.floor(asked.now / 1000)
  if (jag.iat > now + ASSERTION_SKEW) {
    throw refused('the assertion is issued in the future: the clocks differ by more than 60 s')
  }
  if (jag.exp - jag.iat > MAX_LIFE) throw refused('the assertion lives for more than an hour')
  // Extension §7.6.2: each must be ours, so that an assertion for another server opens nothing here.
  for (const resource of [jag.resource ?? []].flat()) {
    if (!isOurs(resource, urls)) throw refused('the claim resource is not guarded here')
  }
  // §8.6.1.2: bound to a key, whose holder alone may use it.
  if (jag.cnf !== undefined && jag.cnf.jkt !== proof?.jkt) {
    throw refused('the assertion is bound to a key: send a DPoP proof of it')
  }
  const scopes = scope === undefined ? undefined : parseScope(scope)
  // Extension §7.6.2: what names none of our scopes was made for something else.
  if (scopes && !OURS.some((each) => scopes.includes(each)))
    throw refused('the claim scope names no scope of this server')
  return { ...jag, scopes }
}

function isOurs(resource: string, urls: PublicUrls): boolean {
  try {
    return canonicalResource(resource, urls) === urls.resource
  } catch {
    return false
  }
}

function refused(description: string): OAuthError {
  return new OAuthError('invalid_grant', description)
}
