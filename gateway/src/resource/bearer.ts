/**
 * From the raw headers to a validated access token (RFC 6750 §2.1; OAuth 2.1 §5.1: a token in the query is not looked at).
 * One read of the store where the cache does not know; no read for what cannot be a token of ours.
 */
import type { Keys } from '../keys/keys.ts'
import { authorizationsOf } from '../oauth/authorization-header.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { parseToken, type TokenReference } from '../oauth/token-value.ts'
import type { Store } from '../store/store.ts'
import type { Challenges } from './challenge.ts'
import { mintAssertion } from './student-assertion.ts'
import type { TokenCache, Validation } from './token-cache.ts'

export interface Access extends Validation {
  /** Of the access token, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** What goes inward in place of the client's. */
  readonly authorization: string
}

export interface BearerOptions {
  urls: PublicUrls
  audience: string
  store: Store
  keys: Keys
  cache: TokenCache<Access>
  challenges: Challenges
  now: () => number
}

export interface Bearer {
  /** @throws ChallengeError where there is not exactly one token that could be ours */
  present(rawHeaders: readonly string[]): TokenReference
  /** What is known without waiting. */
  known(token: TokenReference): Access | undefined
  /** @throws ChallengeError, StoreUnavailableError */
  validate(token: TokenReference): Promise<Access>
}

export function createBearer(options: BearerOptions): Bearer {
  const { urls, audience, store, keys, cache, challenges, now } = options

  async function read(token: TokenReference): Promise<Access | undefined> {
    const found = await store.find(token)
    // RFC 8707 §2: a token for another resource is no token here.
    if (!found || found.expiresAt <= now() || found.grant.resource !== urls.resource)
      return undefined
    const rules = { keys, issuer: urls.issuer, audience }
    const { jwt, renewAt } = await mintAssertion(found, rules, now())
    return {
      grantId: token.grantId,
      expiresAt: found.expiresAt,
      believedUntil: Math.min(found.expiresAt, renewAt),
      authorization: `Bearer ${jwt}`,
    }
  }

  return {
    present(rawHeaders) {
      const [value, ...more] = authorizationsOf(rawHeaders)
      if (more.length > 0) throw challenges.invalidRequest('more than one Authorization header')
      // RFC 9110 §11.1: the scheme's name is case-insensitive.
      const sent = value === undefined ? null : /^bearer +(.*)$/i.exec(value)
      if (sent === null) throw challenges.tokenNeeded()
      const token = parseToken('access', sent[1] ?? '')
      if (token === undefined) throw challenges.invalidToken()
      return token
    },
    known: (token) => cache.get(token),
    async validate(token) {
      const access = await cache.fill(token, () => read(token))
      if (access === undefined) throw challenges.invalidToken()
      return access
    },
  }
}
