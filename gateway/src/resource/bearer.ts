/**
 * From the raw headers to a validated access token (RFC 6750 §2.1, RFC 9449 §7.1; OAuth 2.1 §5.1: a token in the query is not
 * looked at). One read of the store where the cache does not know; no read for what cannot be a token of ours. A proof of
 * DPoP is checked, and written as used, for those requests alone that bring a token bound to a key.
 */
import type { FastifyRequest } from 'fastify'
import { takeProof } from '../http/dpop-header.ts'
import type { Keys } from '../keys/keys.ts'
import { checkDpopProof } from '../oauth/dpop-proof.ts'
import { OAuthError } from '../oauth/error.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { headerValues } from '../oauth/raw-headers.ts'
import { parseToken, type TokenReference } from '../oauth/token-value.ts'
import type { Store } from '../store/store.ts'
import type { Challenges, Scheme } from './challenge.ts'
import { mintAssertion } from './student-assertion.ts'
import type { TokenCache, Validation } from './token-cache.ts'

export interface Access extends Validation {
  /** Of the access token, in milliseconds since the epoch. */
  readonly expiresAt: number
  readonly scopes: readonly string[]
  /** Thumbprint of the key that the token is bound to. */
  readonly jkt: string | undefined
  /** What goes inward in place of the client's. */
  readonly authorization: string
}

export interface PresentedToken extends TokenReference {
  /** Under the scheme of DPoP, and so with a proof. */
  readonly dpop?: true
}

export interface BearerOptions {
  urls: PublicUrls
  audience: string
  store: Store
  keys: Keys
  cache: TokenCache<Access>
  challenges: Record<Scheme, Challenges>
  now: () => number
}

export interface Bearer {
  /** @throws ChallengeError where there is not exactly one token that could be ours */
  present(rawHeaders: readonly string[]): PresentedToken
  /**
   * What is known without waiting.
   * @throws ChallengeError for a token that needs a proof and comes without
   */
  known(token: PresentedToken): Access | undefined
  /** @throws ChallengeError, StoreUnavailableError */
  validate(token: PresentedToken, request: FastifyRequest): Promise<Access>
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
      scopes: found.scopes,
      jkt: found.jkt,
      believedUntil: Math.min(found.expiresAt, renewAt),
      authorization: `Bearer ${jwt}`,
    }
  }

  /** RFC 9449 §7.1: the proof is good, fits this token, is of the token's own key, and was not used. */
  async function prove(token: TokenReference, access: Access, request: FastifyRequest) {
    const values = headerValues(request.raw.rawHeaders, 'dpop')
    const htu = `${urls.origin}${request.routeOptions.url}`
    try {
      // What the proof has to say of the token is the very hash that we keep.
      const proven = { htm: request.method, htu, ath: token.hash }
      const proof = await checkDpopProof(values, proven, now())
      // A token that is bound to no key is none under this scheme.
      if (proof.jkt !== access.jkt) throw challenges.DPoP.invalidToken()
      await takeProof(store, proof)
    } catch (error) {
      const isProofs = error instanceof OAuthError && error.code === 'invalid_dpop_proof'
      throw isProofs ? challenges.DPoP.invalidProof(error) : error
    }
  }

  /** RFC 9449 §7.2: with a key that only its client has, a token is no bearer's. */
  function refuseBound(access: Access): void {
    if (access.jkt !== undefined) throw challenges.Bearer.invalidToken()
  }

  return {
    present(rawHeaders) {
      const [value = '', ...more] = headerValues(rawHeaders, 'authorization')
      // RFC 9110 §11.1: the scheme's name is case-insensitive.
      const bearer = /^bearer +(.*)$/i.exec(value)
      const sent = bearer ?? /^dpop +(.*)$/i.exec(value)
      const dpop = bearer === null && (sent !== null || headerValues(rawHeaders, 'dpop').length > 0)
      const { invalidRequest, tokenNeeded, invalidToken } = challenges[dpop ? 'DPoP' : 'Bearer']
      if (more.length > 0) throw invalidRequest('more than one Authorization header')
      if (sent === null) throw tokenNeeded()
      const token = parseToken('access', sent[1] ?? '')
      if (token === undefined) throw invalidToken()
      return dpop ? { ...token, dpop } : token
    },
    known(token) {
      if (token.dpop) return undefined
      const access = cache.get(token)
      if (access !== undefined) refuseBound(access)
      return access
    },
    async validate(token, request) {
      const access = cache.get(token) ?? (await cache.fill(token, () => read(token)))
      if (access === undefined) throw challenges[token.dpop ? 'DPoP' : 'Bearer'].invalidToken()
      if (token.dpop) await prove(token, access, request)
      else refuseBound(access)
      return access
    },
  }
}
