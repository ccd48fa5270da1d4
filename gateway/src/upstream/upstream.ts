/**
 * The OpenID provider as the rooms see it. `openid-provider.ts` implements it on openid-client; tests may put another in
 * its place. Discovery is lazy, so that the gateway boots and serves with the provider down.
 */
import type { ProviderClaims, ProviderName } from './provider-settings.ts'

/** Who came back, with the ID token's claims and userinfo's merged (its `sub` was compared). */
export interface Identity {
  iss: string
  sub: string
  /** The provider's session (OpenID Connect Front-Channel Logout §3). */
  sid?: string
  /** Seconds since the epoch; absent where the provider does not say. */
  auth_time?: number
  claims: Record<string, unknown>
  idToken: string
  refreshToken?: string
  /** A refresh brought no new ID token: what only the login's says is as old as that login. */
  isOld?: true
}

/** A logout that the provider announced, proven (OpenID Connect Back-Channel Logout 1.0 §2.6): of a session, or of a person. */
export type LogoutToken = { iss: string; jti: string } & (
  | { sid: string; sub?: string | undefined }
  | { sid?: undefined; sub: string }
)

/** Who somebody is said to be, whether by a login or by an assertion. */
export type Claimant = Pick<Identity, 'iss' | 'sub' | 'claims' | 'isOld'>

/** The checks of one login: passed when it starts and again when it returns, never remembered by the part. */
export interface LoginChecks {
  state: string
  nonce: string
  codeVerifier: string
}

export interface LoginOptions {
  prompt?: 'login' | 'select_account'
  /** Seconds (OpenID Connect Core §3.1.2.1). */
  max_age?: string
  login_hint?: string
  ui_locales?: string
  /** False for a login of which nothing is kept that acts without the person; else `offline_access` is asked where it is offered. */
  offline?: boolean
}

export interface Upstream {
  /** In the path of its callback, and in what is stored; `default` is the one of the OIDC_* settings. */
  readonly id: string
  readonly issuer: string
  /** What people know it by. */
  readonly name: ProviderName
  /** People with an e-mail address there log in here; lower case, each exact. */
  readonly emailDomains: readonly string[]
  /** Where it puts what enrolment reads. */
  readonly claims: ProviderClaims
  /** Where to send the browser. @throws UpstreamError `unavailable` or `misconfigured` */
  loginUrl(checks: LoginChecks, options: LoginOptions): Promise<URL>
  /**
   * Exchanges the code and proves the identity: state, iss (RFC 9207), nonce, PKCE, signature, aud, exp, userinfo's sub.
   * @throws UpstreamError
   */
  callback(currentUrl: URL, checks: LoginChecks): Promise<Identity>
  /**
   * Who it is by now (OpenID Connect Core §12), by the refresh token of a login and its ID token; with the token to use next,
   * where it is another.
   * @param keep told that token as soon as it is there: the old one is spent then, even where what follows fails
   * @throws UpstreamError `declined` where the provider's session is over, and whatever `keep` throws
   */
  refresh(
    refreshToken: string,
    idTokenOfLogin: string,
    keep?: (rotated: string) => Promise<void>,
  ): Promise<Identity>
  /**
   * Proves a logout token; whether it was used before is not asked here.
   * @throws UpstreamError `invalid` where it must not be obeyed, `unavailable` or `misconfigured` where that is not known
   */
  verifyLogoutToken(token: string): Promise<LogoutToken>
  /**
   * Where to send a browser whose person ends the provider's session, to come back to /signed-out (OpenID Connect RP-Initiated
   * Logout 1.0 §2); undefined where the provider has no such endpoint. @throws UpstreamError `unavailable` or `misconfigured`
   */
  endSessionUrl(leaving: {
    idToken: string
    state: string
    ui_locales: string
  }): Promise<URL | undefined>
  /** What the last contact with the provider showed; never asks it. */
  readonly state: ProviderState
  /** Whether a login showed the claim that lists the roles: without it nobody has one. */
  readonly rolesClaim: 'unknown' | 'seen' | 'missing'
  /** Asks the provider who it is, before anybody logs in; false where that failed, which is logged. Never throws. */
  greet(): Promise<boolean>
}

export const PROVIDER_STATES = ['unknown', 'reachable', 'unreachable', 'misconfigured'] as const
export type ProviderState = (typeof PROVIDER_STATES)[number]

/**
 * `declined`: the provider answered with an OAuth error (`providerError`, e.g. access_denied). `unavailable`: no answer, or
 * a 5xx. `misconfigured`: our client, its secret or the issuer is wrong. `invalid`: the answer failed a check.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly kind: 'declined' | 'unavailable' | 'misconfigured' | 'invalid'
  readonly providerError: string | undefined

  constructor(
    kind: UpstreamError['kind'],
    detail: string,
    options: { cause?: unknown; providerError?: string } = {},
  ) {
    super(detail, options.cause === undefined ? {} : { cause: options.cause })
    this.kind = kind
    this.providerError = options.providerError
  }
}
