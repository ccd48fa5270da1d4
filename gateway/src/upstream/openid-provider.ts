/**
 * The OpenID provider, on openid-client: the only file that imports it.
 *
 * Discovery is lazy, retried with backoff, kept for an hour, and made once for all who wait, so that the gateway boots and
 * serves with the provider down.
 */

import type { FastifyBaseLogger } from 'fastify'
import * as oidc from 'openid-client'
import type { Config } from '../config.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { isLoopback } from '../oauth/loopback.ts'
import { asUpstreamError } from './failure.ts'
import { providerFetch } from './provider-fetch.ts'
import { type Identity, type Upstream, UpstreamError } from './upstream.ts'

const CLOCK_TOLERANCE = 60
const DISCOVERY_LIFETIME = 3_600_000
/** Milliseconds between two attempts while the provider is down. */
const FIRST_BACKOFF = 250
const LAST_BACKOFF = 5_000

export interface OpenIdProviderOptions {
  config: Config
  urls: PublicUrls
  now: () => number
  log: FastifyBaseLogger
}

export function createOpenIdProvider(options: OpenIdProviderOptions): Upstream {
  const { config, urls, now, log } = options
  let state: Upstream['state'] = 'unknown'
  let known: { configuration: oidc.Configuration; until: number } | undefined
  let pending: Promise<oidc.Configuration> | undefined
  let failure: { error: UpstreamError; until: number; backoff: number } | undefined

  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work()
      state = 'reachable'
      return result
    } catch (cause) {
      const error = asUpstreamError(cause)
      if (error.kind === 'unavailable') state = 'unreachable'
      if (error.kind === 'misconfigured') state = 'misconfigured'
      throw error
    }
  }

  async function configuration(): Promise<oidc.Configuration> {
    if (known && known.until > now()) return known.configuration
    // A provider that is down is not asked by every login; its last word stands for the backoff.
    if (failure && failure.until > now()) {
      if (known) return known.configuration
      throw failure.error
    }
    pending ??= attempt(() => discover(config))
      .then(
        (configuration) => {
          known = { configuration, until: now() + DISCOVERY_LIFETIME }
          failure = undefined
          return configuration
        },
        (error: UpstreamError) => {
          const backoff = Math.min((failure?.backoff ?? FIRST_BACKOFF / 2) * 2, LAST_BACKOFF)
          failure = { error, until: now() + backoff, backoff }
          log.warn({ err: error, kind: error.kind }, 'discovery at the provider failed')
          // What was known an hour ago is better than no login at all.
          if (known && error.kind === 'unavailable') return known.configuration
          throw error
        },
      )
      .finally(() => {
        pending = undefined
      })
    return pending
  }

  return {
    get state() {
      return state
    },
    async loginUrl(checks, login) {
      const provider = await configuration()
      const offered = provider.serverMetadata().scopes_supported ?? []
      const scope = offered.includes('offline_access')
        ? `${config.OIDC_SCOPES} offline_access`
        : config.OIDC_SCOPES
      return oidc.buildAuthorizationUrl(provider, {
        redirect_uri: urls.callback,
        scope,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: 'S256',
        ...login,
      })
    },
    async callback(currentUrl, checks) {
      const provider = await configuration()
      return attempt(async () => {
        const tokens = await oidc.authorizationCodeGrant(provider, currentUrl, {
          expectedState: checks.state,
          expectedNonce: checks.nonce,
          pkceCodeVerifier: checks.codeVerifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (!claims || !tokens.id_token) throw new UpstreamError('invalid', 'no ID token')
        // OpenID Connect Core §5.3.2: userinfo counts only for the subject of the ID token; openid-client compares.
        const userinfo = provider.serverMetadata().userinfo_endpoint
          ? await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)
          : {}
        return identityOf(claims, userinfo, tokens.id_token, tokens.refresh_token)
      })
    },
  }
}

function identityOf(
  claims: oidc.IDToken,
  userinfo: Record<string, unknown>,
  idToken: string,
  refreshToken: string | undefined,
): Identity {
  const { sid, auth_time } = claims
  return {
    iss: claims.iss,
    sub: claims.sub,
    ...(typeof sid === 'string' ? { sid } : {}),
    ...(typeof auth_time === 'number' ? { auth_time } : {}),
    // The signed token's word stands where both speak.
    claims: { ...userinfo, ...claims },
    idToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  }
}

/**
 * The issuer is always compared: openid-client does not for a URL with `/.well-known/`, so it is only ever given the issuer,
 * and the fetch alone knows where the document is read from.
 */
async function discover(config: Config): Promise<oidc.Configuration> {
  const issuer = new URL(config.OIDC_ISSUER)
  const internal = config.OIDC_DISCOVERY_URL === '' ? undefined : new URL(config.OIDC_DISCOVERY_URL)
  const plainHttp = isLoopback(issuer) || internal?.protocol === 'http:'
  const provider = await oidc.discovery(
    issuer,
    config.OIDC_CLIENT_ID,
    { [oidc.clockTolerance]: CLOCK_TOLERANCE },
    clientAuth(config.OIDC_CLIENT_SECRET.reveal()),
    {
      execute: [
        // Also an ID token that came straight from the token endpoint has its signature checked.
        oidc.enableNonRepudiationChecks,
        ...(plainHttp ? [oidc.allowInsecureRequests] : []),
      ],
      [oidc.customFetch]: providerFetch(config.OIDC_ISSUER, internal),
    },
  )
  refuseForeignHttp(provider.serverMetadata(), issuer, internal)
  return provider
}

// RFC 8414 §2: Basic is what a provider speaks that lists nothing.
function clientAuth(secret: string): oidc.ClientAuth {
  const post = oidc.ClientSecretPost(secret)
  const basic = oidc.ClientSecretBasic(secret)
  return (as, client, body, headers) => {
    const listsPost = as.token_endpoint_auth_methods_supported?.includes('client_secret_post')
    return (listsPost ? post : basic)(as, client, body, headers)
  }
}

/** Plain http is for loopback and for the origin that the operator named, wherever the document points to. */
function refuseForeignHttp(
  metadata: Readonly<oidc.ServerMetadata>,
  issuer: URL,
  internal: URL | undefined,
): void {
  for (const name of [
    'authorization_endpoint',
    'token_endpoint',
    'userinfo_endpoint',
    'jwks_uri',
  ] as const) {
    const value = metadata[name]
    if (value === undefined) continue
    const url = URL.canParse(value) ? new URL(value) : undefined
    const plain =
      url?.protocol === 'http:' &&
      (url.origin === internal?.origin || (isLoopback(issuer) && isLoopback(url)))
    if (url?.protocol !== 'https:' && !plain) {
      throw new UpstreamError('misconfigured', `the provider’s ${name} is not https`)
    }
  }
}
