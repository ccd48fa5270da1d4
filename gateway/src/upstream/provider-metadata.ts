/** The provider's discovery document (OpenID Connect Discovery §4), read once and checked: its issuer and its addresses. */
import * as oidc from 'openid-client'
import { isLoopback } from '../oauth/loopback.ts'
import { asUpstreamError } from './failure.ts'
import type { ProviderSettings } from './provider-settings.ts'
import { UpstreamError } from './upstream.ts'

export type ProviderMetadata = Readonly<oidc.ServerMetadata>

/** OpenID Connect Discovery §3: userinfo alone may be absent. */
const REQUIRED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const

/** True where any request to the provider may be plain http; `refuseForeignHttp` says which. */
export function allowsPlainHttp(provider: ProviderSettings): boolean {
  const { issuer, internal } = addresses(provider)
  return isLoopback(issuer) || internal?.protocol === 'http:'
}

/** @throws UpstreamError `unavailable` or `misconfigured` */
export async function discover(
  provider: ProviderSettings,
  fetch: oidc.CustomFetch,
): Promise<ProviderMetadata> {
  const { issuer, internal } = addresses(provider)
  const metadata = await oidc
    .discovery(issuer, provider.clientId, undefined, oidc.None(), {
      execute: allowsPlainHttp(provider) ? [oidc.allowInsecureRequests] : [],
      [oidc.customFetch]: fetch,
    })
    .then((configuration) => configuration.serverMetadata())
    .catch((cause: unknown) => {
      const named = issuerIn(cause)
      if (named !== undefined) throw anotherIssuer(named)
      const error = asUpstreamError(cause)
      // Nobody logs in yet: an answer that is no discovery document is the provider's, or our address of it.
      throw error.kind === 'unavailable' ? error : new UpstreamError('misconfigured', error.message)
    })
  // OpenID Connect Discovery §4.3: exactly, character by character. openid-client compares as URLs, and not at all for a URL
  // with /.well-known/ in it, nor for two well-known hosts.
  if (metadata.issuer !== provider.issuer) throw anotherIssuer(metadata.issuer)
  for (const name of REQUIRED) {
    if (metadata[name] === undefined) {
      throw new UpstreamError('misconfigured', `the provider’s discovery has no ${name}`)
    }
  }
  refuseForeignHttp(metadata, issuer, internal)
  return metadata
}

function addresses(provider: ProviderSettings): { issuer: URL; internal: URL | undefined } {
  const { issuer, discoveryUrl } = provider
  return {
    issuer: new URL(issuer),
    internal: discoveryUrl === undefined ? undefined : new URL(discoveryUrl),
  }
}

/** Where people go, not we. */
const IN_BROWSER: ReadonlySet<string> = new Set(['authorization_endpoint', 'end_session_endpoint'])

/**
 * Plain http is for loopback and for the origin that the operator named, wherever the document points to. The browser
 * goes to the authorization endpoint and to the end of a session, so those are never internal (RP-Initiated Logout §2.1).
 */
function refuseForeignHttp(metadata: ProviderMetadata, issuer: URL, internal: URL | undefined) {
  for (const name of [...REQUIRED, 'userinfo_endpoint', 'end_session_endpoint'] as const) {
    const value = metadata[name]
    if (value === undefined) continue
    const url = URL.canParse(value) ? new URL(value) : undefined
    const isInternal = !IN_BROWSER.has(name) && url?.origin === internal?.origin
    const plain =
      url?.protocol === 'http:' && (isInternal || (isLoopback(issuer) && isLoopback(url)))
    if (url?.protocol !== 'https:' && !plain) {
      throw new UpstreamError('misconfigured', `the provider’s ${name} is not https`)
    }
  }
}

/** The issuer that a document named, where openid-client refused it for that. */
function issuerIn(error: unknown): string | undefined {
  const { cause } = error as { cause?: { cause?: unknown } }
  for (const at of [cause, cause?.cause]) {
    const { attribute, body } = (at ?? {}) as { attribute?: unknown; body?: { issuer?: unknown } }
    if (attribute === 'issuer' && typeof body?.issuer === 'string') return body.issuer
  }
  return undefined
}

function anotherIssuer(named: string): UpstreamError {
  const advice = /[{}]/.test(named)
    ? 'it stands for many tenants: use your own tenant’s issuer'
    : 'only where that is the provider you mean, set the issuer to it, exactly so'
  return new UpstreamError(
    'misconfigured',
    `the provider’s discovery names another issuer, ${JSON.stringify(named.slice(0, 200))}; ${advice}`,
  )
}
