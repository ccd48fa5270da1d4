/**
 * The OpenID provider, on openid-client, which no other folder imports.
 *
 * A login is an authorization code with PKCE, state and nonce; what comes back is proven by the ID token, its signature
 * included, and completed by userinfo.
 */
import type { FastifyBaseLogger } from 'fastify'
import * as oidc from 'openid-client'
import { claimAt } from '../oauth/claim-values.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import { clientAuth } from './client-credentials.ts'
import { asUpstreamError, clocksDiffer, codeFailure } from './failure.ts'
import { identityOf, together } from './identity.ts'
import { createKnownProvider } from './known-provider.ts'
import { logoutTokenKeys, verifyLogoutToken } from './logout-token.ts'
import { providerFetch } from './provider-fetch.ts'
import { allowsPlainHttp, discover, type ProviderMetadata } from './provider-metadata.ts'
import type { ProviderSettings } from './provider-settings.ts'
import { claimsAtRefresh, refreshFailure, rotatedIn } from './refresh.ts'
import { type Identity, type Upstream, UpstreamError } from './upstream.ts'

/** Seconds. */
const CLOCK_TOLERANCE = 60
/** Characters of an ID token in a URL; servers take 8 KiB in all. */
const MAX_HINT = 6000
/** Seconds in which oauth4webapi does not ask again for a key it does not know. */
const JWKS_COOLDOWN = 60

export interface OpenIdProviderOptions {
  settings: ProviderSettings
  urls: PublicUrls
  now: () => number
  log: FastifyBaseLogger
}

export function createOpenIdProvider(options: OpenIdProviderOptions): Upstream {
  const { settings, urls, now } = options
  const { id, issuer, clientId, discoveryUrl } = settings
  const log = options.log.child({ provider: id })
  const fetch = providerFetch(
    issuer,
    discoveryUrl === undefined ? undefined : new URL(discoveryUrl),
  )
  const known = createKnownProvider({
    discover: () => contact(() => discover(settings, fetch)),
    now,
    log,
  })
  const logoutKeys = logoutTokenKeys(settings, now)
  let state: Upstream['state'] = 'unknown'
  let rolesClaim: Upstream['rolesClaim'] = 'unknown'
  let jwks: ReturnType<typeof oidc.getJwksCache>

  async function contact<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work()
      state = 'reachable'
      return result
    } catch (cause) {
      const error = asUpstreamError(cause)
      // What a browser carries here is no contact with the provider: anyone may write it.
      if (!(cause instanceof oidc.AuthorizationResponseError)) {
        if (error.kind === 'unavailable') state = 'unreachable'
        if (error.kind === 'misconfigured') state = 'misconfigured'
        known.doubt()
      }
      throw error
    }
  }

  function clientOf(metadata: ProviderMetadata): oidc.Configuration {
    const client = new oidc.Configuration(
      metadata,
      clientId,
      { [oidc.clockTolerance]: CLOCK_TOLERANCE, [oidc.clockSkew]: seconds(now() - Date.now()) },
      clientAuth(settings.credentials),
    )
    client[oidc.customFetch] = fetch
    // Off by default for an ID token that came straight from the token endpoint (OpenID Connect Core §3.1.3.7).
    oidc.enableNonRepudiationChecks(client)
    if (allowsPlainHttp(settings)) oidc.allowInsecureRequests(client)
    return client
  }

  function clientWithKeys(metadata: ProviderMetadata): oidc.Configuration {
    const client = clientOf(metadata)
    if (jwks) {
      // The cooldown is against strangers' tokens; ours is the token endpoint's own, and a new key must not fail a login.
      const uat = Math.min(jwks.uat, Math.floor(Date.now() / 1000) - JWKS_COOLDOWN)
      oidc.setJwksCache(client, { ...jwks, uat })
    }
    return client
  }

  /** OpenID Connect Core §3.1.3.7 rule 5: openid-client looks at azp only where aud has several. */
  function refuseOtherClient({ azp }: oidc.IDToken): void {
    if (azp === undefined || azp === clientId) return
    throw new UpstreamError('invalid', 'the ID token was issued to another client (azp)')
  }

  // Said once, not at each login; one person without it may have no role, nobody with it is a setting that is wrong.
  function lookForRoles({ claims }: Identity): void {
    const { roles } = settings.claims
    if (claimAt(claims, roles) !== undefined) rolesClaim = 'seen'
    else if (rolesClaim === 'unknown') {
      rolesClaim = 'missing'
      log.warn(
        { claim: roles },
        'the claim that lists the roles is neither in the ID token nor in userinfo: look at its name, the scopes and the mapper at the provider',
      )
    }
  }

  return {
    id,
    issuer,
    name: settings.name,
    claims: settings.claims,
    emailDomains: settings.emailDomains,
    get state() {
      return state
    },
    get rolesClaim() {
      return rolesClaim
    },
    greet: () =>
      known.metadata().then(
        () => state !== 'misconfigured',
        () => false,
      ),
    async loginUrl(checks, { offline = true, ...login }) {
      const metadata = await known.metadata()
      return oidc.buildAuthorizationUrl(clientOf(metadata), {
        ...settings.authorizationParameters,
        redirect_uri: urls.callbackOf(id),
        scope: scopeFor(metadata, settings.scopes, offline && settings.offlineAccess),
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: 'S256',
        ...login,
      })
    },
    async endSessionUrl({ idToken, ...leaving }) {
      const metadata = await known.metadata()
      if (metadata.end_session_endpoint === undefined) return undefined
      return oidc.buildEndSessionUrl(clientOf(metadata), {
        ...leaving,
        post_logout_redirect_uri: urls.signedOut,
        // Too long for a URL on its way: then the provider knows by client_id who asks, and asks the person.
        ...(idToken.length > MAX_HINT ? {} : { id_token_hint: idToken }),
      })
    },
    async callback(currentUrl, checks) {
      const metadata = await known.metadata()
      const client = clientWithKeys(metadata)
      return contact(async () => {
        const tokens = await oidc
          .authorizationCodeGrant(client, currentUrl, {
            expectedState: checks.state,
            expectedNonce: checks.nonce,
            pkceCodeVerifier: checks.codeVerifier,
            idTokenExpected: true,
          })
          .catch((cause: unknown) => {
            throw codeFailure(cause)
          })
        jwks = oidc.getJwksCache(client)
        const claims = tokens.claims()
        if (!claims || !tokens.id_token) throw new UpstreamError('invalid', 'no ID token')
        refuseOtherClient(claims)
        refuseFuture(claims.iat, seconds(now()))
        // OpenID Connect Core §5.3.2: userinfo counts only for the subject of the ID token; openid-client compares.
        const userinfo = metadata.userinfo_endpoint
          ? await oidc.fetchUserInfo(client, tokens.access_token, claims.sub)
          : {}
        const identity = identityOf(claims, userinfo, tokens.id_token, tokens.refresh_token)
        lookForRoles(identity)
        return identity
      })
    },
    async refresh(refreshToken, idTokenOfLogin, keep) {
      const metadata = await known.metadata()
      const client = clientWithKeys(metadata)
      let rotated: string | undefined
      client[oidc.customFetch] = async (url, request) => {
        const response = await fetch(url, request)
        if (url === metadata.token_endpoint) rotated = await rotatedIn(response, refreshToken)
        return response
      }
      const asked = contact(async () => {
        const tokens = await oidc
          .refreshTokenGrant(client, refreshToken)
          .catch((cause: unknown) => {
            throw refreshFailure(cause)
          })
        jwks = oidc.getJwksCache(client)
        const refreshed = tokens.claims()
        if (refreshed) {
          refuseOtherClient(refreshed)
          refuseFuture(refreshed.iat, seconds(now()))
        }
        const claims = claimsAtRefresh(refreshed, idTokenOfLogin)
        const userinfo = metadata.userinfo_endpoint
          ? await oidc.fetchUserInfo(client, tokens.access_token, claims.sub)
          : {}
        // Without a new ID token the old one's word is the older.
        const merged = refreshed ? together(claims, userinfo) : together(userinfo, claims)
        return {
          ...identityOf(claims, {}, tokens.id_token ?? idTokenOfLogin, tokens.refresh_token),
          claims: merged,
          ...(refreshed ? {} : { isOld: true as const }),
        }
      })
      try {
        return await asked
      } finally {
        // Good or bad: keys or userinfo that cannot be had must not lose it (RFC 9700 §4.14.2: the old one would end the session).
        if (rotated !== undefined) await keep?.(rotated)
      }
    },
    async verifyLogoutToken(token) {
      const metadata = await known.metadata()
      return verifyLogoutToken(token, { clientId, metadata, keys: logoutKeys, now: now() })
    },
  }
}

/** `openid` always; offline_access only where it is offered, since others refuse the whole request (RFC 6749 §3.3). */
function scopeFor(metadata: ProviderMetadata, configured: string, offline: boolean): string {
  const scopes = new Set(['openid', ...configured.split(' ').filter((scope) => scope !== '')])
  if (metadata.scopes_supported?.includes('offline_access')) scopes.add('offline_access')
  if (!offline) scopes.delete('offline_access')
  return [...scopes].join(' ')
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000)

/** openid-client takes an ID token from days to come: its own clock would let it live as much longer. */
function refuseFuture(iat: number, now: number): void {
  if (iat > now + CLOCK_TOLERANCE) {
    throw new UpstreamError('invalid', clocksDiffer('iat', iat, now, CLOCK_TOLERANCE))
  }
}
