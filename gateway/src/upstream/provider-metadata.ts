/** The provider's discovery document (OpenID Connect Discovery §4), read once and checked: its issuer and its addresses. */
import * as oidc from 'openid-client'
import type { Config } from '../config.ts'
import { isLoopback } from '../oauth/loopback.ts'
import { asUpstreamError } from './failure.ts'
import { UpstreamError } from './upstream.ts'

export type ProviderMetadata = Readonly<oidc.ServerMetadata>

/** OpenID Connect Discovery §3: userinfo alone may be absent. */
const REQUIRED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const

/** True where any request to the provider may be plain http; `refuseForeignHttp` says which. */
export function allowsPlainHttp(config: Config): boolean {
  const { issuer, internal } = addresses(config)
  return isLoopback(issuer) || internal?.protocol === 'http:'
}

/** @throws UpstreamError `unavailable` or `misconfigured` */
export async function discover(config: Config, fetch: oidc.CustomFetch): Promise<ProviderMetadata> {
  const { issuer, internal } = addresses(config)
  const metadata = await oidc
    .discovery(issuer, config.OIDC_CLIENT_ID, undefined, oidc.None(), {
      execute: allowsPlainHttp(config) ? [oidc.allowInsecureRequests] : [],
      [oidc.customFetch]: fetch,
    })
    .then((configuration) => configuration.serverMetadata())
    .catch((cause: unknown) => {
      const error = asUpstreamError(cause)
      // Nobody logs in yet: an answer that is no discovery document is the provider's, or our address of it.
      throw error.kind === 'unavailable' ? error : new UpstreamError('misconfigured', error.message)
    })
  // openid-client does not compare it for a URL with /.well-known/ in it, nor for two well-known hosts.
  if (!sameUrl(metadata.issuer, issuer)) {
    throw new UpstreamError('misconfigured', 'the provider’s discovery names another issuer')
  }
  for (const name of REQUIRED) {
    if (metadata[name] === undefined) {
      throw new UpstreamError('misconfigured', `the provider’s discovery has no ${name}`)
    }
  }
  refuseForeignHttp(metadata, issuer, internal)
  return metadata
}

function addresses(config: Config): { issuer: URL; internal: URL | undefined } {
  return {
    issuer: new URL(config.OIDC_ISSUER),
    internal: config.OIDC_DISCOVERY_URL === '' ? undefined : new URL(config.OIDC_DISCOVERY_URL),
  }
}

/**
 * Plain http is for loopback and for the origin that the operator named, wherever the document points to. The browser
 * goes to the authorization endpoint, so that one is never internal.
 */
function refuseForeignHttp(metadata: ProviderMetadata, issuer: URL, internal: URL | undefined) {
  for (const name of [...REQUIRED, 'userinfo_endpoint'] as const) {
    const value = metadata[name]
    if (value === undefined) continue
    const url = URL.canParse(value) ? new URL(value) : undefined
    const isInternal = name !== 'authorization_endpoint' && url?.origin === internal?.origin
    const plain =
      url?.protocol === 'http:' && (isInternal || (isLoopback(issuer) && isLoopback(url)))
    if (url?.protocol !== 'https:' && !plain) {
      throw new UpstreamError('misconfigured', `the provider’s ${name} is not https`)
    }
  }
}

function sameUrl(value: string, url: URL): boolean {
  return URL.canParse(value) && new URL(value).href === url.href
}
