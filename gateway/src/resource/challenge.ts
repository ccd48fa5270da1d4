/**
 * The one challenge of a door (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1): begins with its scheme, quotes each value, is ASCII
 * (C2). Clients match it with regular expressions, so nothing in it is optional or ordered by chance. Who uses DPoP is
 * challenged `DPoP`, everybody else `Bearer`.
 */
import { OAuthError, type OAuthErrorCode } from '../oauth/error.ts'
import { formatScope, PUBLIC_SCOPES, parseScope, scopesToAsk } from '../oauth/scope.ts'
import { SIGNING_ALGORITHMS } from '../oauth/signing-algorithms.ts'

/** RFC 6749 §3.3: scope tokens, apart by one space. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/

/** A refusal whose answer carries a challenge. */
export class ChallengeError extends OAuthError {
  override readonly challenge: string
  constructor(code: OAuthErrorCode, description: string, challenge: string, cause?: Error) {
    const status = code === 'invalid_request' ? 400 : 401
    super(code, description, { challenge, status, ...(cause === undefined ? {} : { cause }) })
    this.challenge = challenge
  }
}

export interface Challenges {
  /** RFC 6750 §3.1: who sent no token is told no error by the challenge; of the body, which people read, it says nothing. */
  tokenNeeded(): ChallengeError
  /** Unknown, expired, revoked, for another resource, or of another key or none: which of them is nobody's business. */
  invalidToken(): ChallengeError
  /** RFC 9449 §7.1 */
  invalidProof(why: OAuthError): ChallengeError
  invalidRequest(description: string): ChallengeError
  /**
   * mcp's own 403, spoken with our voice: only the scopes that it asks for are kept, beside those that the token has (MCP
   * 2026-07-28, "Scope Challenge Handling"): clients ask for exactly what is named here.
   */
  insufficientScope(theirs: string, held: readonly string[]): string
}

export type Scheme = 'Bearer' | 'DPoP'

/** @param resourceMetadata where the metadata of this very door is (RFC 9728 §5.1) */
export function challengesOf(resourceMetadata: string, scheme: Scheme): Challenges {
  const challenge = (scopes: readonly string[], error?: string) =>
    [
      `${scheme} resource_metadata="${resourceMetadata}"`,
      `scope="${formatScope(scopes)}"`,
      ...(error === undefined ? [] : [`error="${error}"`]),
      ...(scheme === 'DPoP' ? [`algs="${SIGNING_ALGORITHMS.join(' ')}"`] : []),
    ].join(', ')
  const bare = challenge(PUBLIC_SCOPES)
  const invalidToken = challenge(PUBLIC_SCOPES, 'invalid_token')
  const invalidProof = challenge(PUBLIC_SCOPES, 'invalid_dpop_proof')
  const invalidRequest = challenge(PUBLIC_SCOPES, 'invalid_request')
  return {
    tokenNeeded: () => new ChallengeError('invalid_token', 'an access token is needed', bare),
    invalidToken: () =>
      new ChallengeError(
        'invalid_token',
        'the access token is unknown, expired or revoked',
        invalidToken,
      ),
    invalidProof: (why) => new ChallengeError(why.code, why.description, invalidProof, why),
    invalidRequest: (description) =>
      new ChallengeError('invalid_request', description, invalidRequest),
    insufficientScope(theirs, held) {
      const missing = /\bscope="([^"]*)"/i.exec(theirs)?.[1] ?? ''
      const scopes = SCOPE.test(missing) ? scopesToAsk(held, parseScope(missing)) : PUBLIC_SCOPES
      return challenge(scopes, 'insufficient_scope')
    },
  }
}
