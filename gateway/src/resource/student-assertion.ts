/** The student assertion: what mcp is told of the caller, a JWT of RFC 9068 §2.2 that lives a minute at most. */
import { randomUUID } from 'node:crypto'
import type { Keys } from '../keys/keys.ts'
import { formatScope } from '../oauth/scope.ts'
import type { FoundToken } from '../store/store.ts'

export interface AssertionRules {
  keys: Keys
  /** The issuer, without a slash at the end. */
  issuer: string
  /** mcp's own identifier. */
  audience: string
}

export interface StudentAssertion {
  jwt: string
  /** Milliseconds since the epoch: mint anew from here on, while the last one sent is still good on its way. */
  renewAt: number
}

/** Seconds. */
const LIFE = 60
/** Milliseconds left for the way to mcp, and for its clock. */
const MARGIN = 10_000

/** @param now milliseconds since the epoch */
export async function mintAssertion(
  { grant, scopes, roles, expiresAt }: FoundToken,
  { keys, issuer, audience }: AssertionRules,
  now: number,
): Promise<StudentAssertion> {
  const iat = Math.floor(now / 1000)
  // Never longer than the access token that it stands for.
  const exp = Math.min(iat + LIFE, Math.ceil(expiresAt / 1000))
  const jwt = await keys.signAssertion({
    iss: issuer,
    aud: audience,
    sub: grant.personId,
    iat,
    exp,
    jti: randomUUID(),
    client_id: grant.client_id,
    scope: formatScope(scopes),
    ...(grant.studentId === undefined ? {} : { student_id: grant.studentId }),
    roles,
    grant: grant.id,
  })
  return { jwt, renewAt: (iat + LIFE) * 1000 - MARGIN }
}
