/**
 * The one challenge of /mcp (RFC 6750 §3, RFC 9728 §5.1): begins with `Bearer `, quotes each value, is ASCII (C2). Clients
 * match it with regular expressions, so nothing in it is optional or ordered by chance.
 */
import { OAuthError, type OAuthErrorCode } from '../oauth/error.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { formatScope, PUBLIC_SCOPES } from '../oauth/scope.ts'

/** RFC 6749 §3.3: scope tokens, apart by one space. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/

/** A refusal whose answer carries a challenge. */
export class ChallengeError extends OAuthError {
  override readonly challenge: string
  constructor(code: OAuthErrorCode, description: string, challenge: string) {
    super(code, description, { challenge })
    this.challenge = challenge
  }
}

export interface Challenges {
  /** RFC 6750 §3.1: who sent no token is told no error by the challenge; of the body, which people read, it says nothing. */
  tokenNeeded(): ChallengeError
  /** Unknown, expired, revoked, or for another resource: which of them is nobody's business. */
  invalidToken(): ChallengeError
  invalidRequest(description: string): ChallengeError
  /** mcp's own 403, spoken with our voice: only the scopes that it asks for are kept. */
  insufficientScope(theirs: string): string
}

export function challengesOf(urls: PublicUrls): Challenges {
  const ours = `Bearer resource_metadata="${urls.resourceMetadata}"`
  const usual = `${ours}, scope="${formatScope(PUBLIC_SCOPES)}"`
  return {
    tokenNeeded: () => new ChallengeError('invalid_token', 'an access token is needed', usual),
    invalidToken: () =>
      new ChallengeError(
        'invalid_token',
        'the access token is unknown, expired or revoked',
        `${usual}, error="invalid_token"`,
      ),
    invalidRequest: (description) =>
      new ChallengeError('invalid_request', description, `${usual}, error="invalid_request"`),
    insufficientScope(theirs) {
      const scope = /\bscope="([^"]*)"/i.exec(theirs)?.[1] ?? ''
      const named = SCOPE.test(scope) ? `${ours}, scope="${scope}"` : usual
      return `${named}, error="insufficient_scope"`
    },
  }
}
