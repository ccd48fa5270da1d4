/**
 * Logout tokens of one provider (OpenID Connect Back-Channel Logout 1.0 §2.6): signed by its keys, for us, fresh, about a
 * logout and about nothing else. Whether one was used before is for whoever obeys it.
 */
import type { JWTPayload } from 'jose'
import { SIGNING_ALGORITHMS } from '../oauth/signing-algorithms.ts'
import { isBrokenKey, type ReadKeys, verifyJwt } from '../oauth/verify-jwt.ts'
import { LOGOUT_TOKEN_AGE } from '../store/lifetimes.ts'
import { asUpstreamError } from './failure.ts'
import { createIssuerKeys } from './issuer-keys.ts'
import type { ProviderMetadata } from './provider-metadata.ts'
import type { ProviderSettings } from './provider-settings.ts'
import { type LogoutToken, UpstreamError } from './upstream.ts'

/** §2.4 */
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** Seconds. */
const CLOCK_SKEW = 60
/** Milliseconds in which strangers' tokens with unknown keys lead to no further request; a refused logout does not come again. */
const COOLDOWN = 10_000
/** OpenID Connect Core §2 bounds `sub` at 255; some session ids are longer. */
const MAX_IDENTIFIER = 1024

export interface LogoutTokenRules {
  clientId: string
  metadata: ProviderMetadata
  keys: ReadKeys
  /** Milliseconds since the epoch. */
  now: number
}

export function logoutTokenKeys(
  { issuer, discoveryUrl }: Pick<ProviderSettings, 'issuer' | 'discoveryUrl'>,
  now: () => number,
): ReadKeys {
  return createIssuerKeys({ issuer, discoveryUrl, cooldown: COOLDOWN, now })
}

/** @throws UpstreamError `invalid` for a token that must not be obeyed, else why the keys could not be had */
export async function verifyLogoutToken(
  token: string,
  { clientId, metadata, keys, now }: LogoutTokenRules,
): Promise<LogoutToken> {
  const verified = await verifyJwt(token, keys, {
    issuer: metadata.issuer,
    audience: clientId,
    algorithms: algorithmsOf(metadata),
    clockTolerance: CLOCK_SKEW,
    currentDate: new Date(now),
    // OpenID Connect Core §3.1.3.7 rule 10: how far from now it may be issued; so long is its jti remembered.
    maxTokenAge: LOGOUT_TOKEN_AGE,
    requiredClaims: ['exp', 'jti'],
  }).catch((cause: unknown) => {
    throw unavailable(cause)
  })
  if (verified instanceof Error) {
    throw isBrokenKey(verified) ? unavailable(verified) : invalid(faultOf(verified, now), verified)
  }
  const { payload, protectedHeader } = verified
  refuseOtherType(protectedHeader.typ)
  refuseOtherClaims(payload, clientId)
  const { sub, sid, jti } = payload
  if (!isIdentifier(jti)) throw invalid('jti is no identifier')
  for (const value of [sub, sid]) {
    if (value !== undefined && !isIdentifier(value)) throw invalid('sub or sid is no identifier')
  }
  const about = { iss: metadata.issuer, jti }
  if (typeof sid === 'string') return { ...about, sid, sub }
  if (sub === undefined) throw invalid('neither sub nor sid')
  return { ...about, sub }
}

/**
 * §2.6 step 3: as the discovery document says, else RS256 (OpenID Connect Core §3.1.3.7 rule 7). Never `none`, and never a key
 * that both sides have: it would be ours to sign with.
 */
function algorithmsOf({ id_token_signing_alg_values_supported: listed }: ProviderMetadata) {
  return (listed ?? ['RS256']).filter((alg) => SIGNING_ALGORITHMS.includes(alg))
}

/** §2.4 recommends the type, so its absence is no fault; `JWT` says nothing (RFC 7519 §5.1); any other is another token (§4.1). */
function refuseOtherType(typ: string | undefined): void {
  const type = typ?.toLowerCase().replace(/^application\//, '')
  if (type !== undefined && type !== 'jwt' && type !== 'logout+jwt') throw invalid('another typ')
}

function refuseOtherClaims(claims: JWTPayload, clientId: string): void {
  const { events, azp } = claims
  // §2.6 step 6; §2.4: its value is an object.
  if (!isObject(events) || !Object.hasOwn(events, LOGOUT_EVENT) || !isObject(events[LOGOUT_EVENT]))
    throw invalid('no logout event')
  // §2.6 step 7: else an ID token could be passed off as one.
  if ('nonce' in claims) throw invalid('it has a nonce')
  // OpenID Connect Core §3.1.3.7 rule 5, by §2.6 step 4
  if (azp !== undefined && azp !== clientId) throw invalid('issued to another client (azp)')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_IDENTIFIER
}

// Names only: a message may quote what was received. How far a time is off tells whose clock is wrong.
function faultOf(error: unknown, now: number): string {
  const {
    code,
    claim,
    payload = {},
  } = error as { code?: string; claim?: string; payload?: JWTPayload }
  const time = claim === undefined ? undefined : payload[claim]
  const off = typeof time === 'number' ? `, ${Math.round(time - now / 1000)} s from our clock` : ''
  return `${code}${claim === undefined ? '' : ` (${claim}${off})`}`
}

/** Whatever is wrong with the keys is no fault of the token: it may come again. */
function unavailable(cause: unknown): UpstreamError {
  const { message } = asUpstreamError(cause)
  return new UpstreamError('unavailable', `the provider’s keys cannot be had: ${message}`)
}

function invalid(detail: string, cause?: unknown): UpstreamError {
  return new UpstreamError('invalid', `the logout token is refused: ${detail}`, { cause })
}
