/**
 * Who may vouch for a person without a browser: issuers that the operator trusts (ID_JAG_ISSUERS), by their keys.
 *
 * An Identity Assertion JWT Authorization Grant (draft-ietf-oauth-identity-assertion-authz-grant-04 §3) is verified here as a
 * signed JWT with that `typ`, within its time; what it says is for the grant to judge.
 */
import { decodeJwt, errors, type JWTPayload } from 'jose'
import { SIGNING_ALGORITHMS } from '../oauth/signing-algorithms.ts'
import { verifyJwt } from '../oauth/verify-jwt.ts'
import { createIssuerKeys } from './issuer-keys.ts'
import type { ProviderSettings } from './provider-settings.ts'

/** Draft §3.1, RFC 8725 §3.11: an ID token, an access token or a logout token of the same issuer is none. */
const TYPE = 'oauth-id-jag+jwt'
/** Seconds that clocks may differ. */
export const ASSERTION_SKEW = 60
/** Milliseconds in which strangers' assertions with unknown keys lead to no further request; a client asks again. */
const COOLDOWN = 60_000

export interface AssertionIssuers {
  /** @throws AssertionError, UpstreamError where its keys cannot be had */
  verify(assertion: string): Promise<JWTPayload & { iss: string }>
}

/** The assertion proves nothing. `message` says to the client what it can do about it; `cause` is for the log. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** @param parts `providers`: where one of them is among the issuers, its document is read at the same address */
export function createAssertionIssuers(parts: {
  issuers: readonly string[]
  providers: readonly Pick<ProviderSettings, 'issuer' | 'discoveryUrl'>[]
  now: () => number
}): AssertionIssuers {
  const { issuers, providers, now } = parts
  const trusted = new Map(
    issuers.map((issuer) => {
      const discoveryUrl = providers.find((each) => each.issuer === issuer)?.discoveryUrl
      return [issuer, createIssuerKeys({ issuer, discoveryUrl, cooldown: COOLDOWN, now })]
    }),
  )

  return {
    async verify(assertion) {
      const iss = issuerOf(assertion)
      const read = iss === undefined ? undefined : trusted.get(iss)
      // One answer for whoever is not trusted and whoever is forged: it tells nobody whom we trust (draft §8.4).
      if (iss === undefined || read === undefined) throw untrusted('another issuer')
      const verified = await verifyJwt(assertion, read, {
        algorithms: SIGNING_ALGORITHMS,
        typ: TYPE,
        issuer: iss,
        clockTolerance: ASSERTION_SKEW,
        currentDate: new Date(now()),
      })
      if (verified instanceof Error) throw wrongBecause(verified)
      return { ...verified.payload, iss }
    },
  }
}

/** What it says of itself: not believed, only looked up. */
function issuerOf(assertion: string): string | undefined {
  try {
    const { iss } = decodeJwt(assertion)
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}

function untrusted(cause: unknown): AssertionError {
  const message = 'the assertion is not signed by an issuer that is trusted here'
  return new AssertionError(message, { cause })
}

/** Only whoever has a signed one learns more. */
function wrongBecause(error: Error): AssertionError {
  if (error instanceof errors.JWTExpired) {
    return new AssertionError('the assertion has expired: get a new one', { cause: error })
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const what = error.claim === 'typ' ? `is not of the type ${TYPE}` : `has a wrong ${error.claim}`
    return new AssertionError(`the assertion ${what}`, { cause: error })
  }
  return untrusted(error)
}
