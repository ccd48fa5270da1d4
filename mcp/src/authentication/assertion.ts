/**
 * The student assertion: an RFC 9068 access token that the gateway mints for us alone. Verified as RFC 8725 §3 demands:
 * an explicit algorithm, type, issuer and audience. Reads the gateway's JWKS; no store.
 */
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Caller, Person } from './person.ts'

export interface AssertionRules {
  issuer: string
  audience: string
  keys: JWTVerifyGetKey
  /** Named in challenges of missing scope (RFC 9728 §5.1). */
  resourceMetadataUrl: string
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The assertion is not one of the gateway's for us, or no longer. `message` is public. */
export class InvalidAssertionError extends Error {
  override readonly name = 'InvalidAssertionError'
}

const claims = z.object({
  sub: z.string().min(1),
  jti: z.string().min(1),
  iat: z.number(),
  exp: z.number(),
  client_id: z.string().min(1),
  scope: z.string(),
  student_id: z.string().min(1).optional(),
  roles: z.array(z.string()),
  grant: z.string().min(1),
})

/** Seconds; the gateway's assertions live no longer, so an older one was minted by other rules. */
const LONGEST_LIFE = 60
/** Seconds by which two machines' clocks may differ. */
const CLOCK_TOLERANCE = 5

/**
 * @throws InvalidAssertionError
 * @throws KeysUnavailableError
 */
export async function verifyAssertion(token: string, rules: AssertionRules): Promise<Caller> {
  const { payload } = await jwtVerify(token, rules.keys, {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: rules.issuer,
    audience: rules.audience,
    requiredClaims: ['exp', 'iat'],
    maxTokenAge: LONGEST_LIFE,
    clockTolerance: CLOCK_TOLERANCE,
    currentDate: new Date(rules.now()),
  }).catch((error: unknown) => {
    if (error instanceof errors.JOSEError)
      throw new InvalidAssertionError(reason(error), { cause: error })
    throw error
  })
  const parsed = claims.safeParse(payload)
  if (!parsed.success) {
    const claim = parsed.error.issues[0]?.path[0] ?? 'set'
    throw new InvalidAssertionError(`the claim ${String(claim)} is missing or malformed`)
  }
  return caller(token, parsed.data, rules)
}

function caller(token: string, claim: z.infer<typeof claims>, rules: AssertionRules): Caller {
  const scopes = claim.scope.split(' ').filter((scope) => scope !== '')
  const person: Person = { id: claim.sub, roles: claim.roles, scopes }
  if (claim.student_id !== undefined) person.studentId = claim.student_id
  return {
    token,
    clientId: claim.client_id,
    scopes,
    // Until when we accept it, so that what is remembered lives as long as what is verified.
    expiresAt: Math.min(claim.exp, claim.iat + LONGEST_LIFE) + CLOCK_TOLERANCE,
    resourceMetadataUrl: rules.resourceMetadataUrl,
    extra: { person },
  }
}

function reason(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'the assertion has expired'
  if (error instanceof errors.JWTClaimValidationFailed)
    return `the claim ${error.claim} is missing or does not fit`
  if (error instanceof errors.JWKSNoMatchingKey) return 'the key of the assertion is unknown'
  return 'the assertion is not a valid ES256 at+jwt'
}
