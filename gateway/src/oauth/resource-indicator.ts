/** Resource Indicators (RFC 8707): one resource lives here, spelled in several ways by real clients (C35). */
import { OAuthError } from './error.ts'
import type { PublicUrls } from './issuer.ts'

/**
 * The canonical resource for what a client sent: absent, with or without a slash at the end, other case in the host,
 * default port, or our bare origin (which the SDK's fallback sends).
 * @throws OAuthError `invalid_target` for anything else (RFC 8707 §2)
 */
export function canonicalResource(value: string | undefined, urls: PublicUrls): string {
  if (value === undefined) return urls.resource
  if (URL.canParse(value) && !value.includes('#')) {
    const { protocol, host, pathname, search, username, password } = new URL(value)
    const canonical = `${protocol}//${host}${pathname.replace(/\/$/, '')}`
    const plain = search === '' && username === '' && password === ''
    if (plain && (canonical === urls.resource || canonical === urls.origin)) return urls.resource
  }
  throw new OAuthError('invalid_target', `this server guards ${urls.resource} only`)
}
