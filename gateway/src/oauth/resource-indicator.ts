/** Resource Indicators (RFC 8707): one resource lives here, spelled in several ways by real clients (C35, docs/adr/0019). */
import { OAuthError } from './error.ts'
import type { PublicUrls } from './issuer.ts'

/**
 * The canonical resource for what a client sent: absent, with or without a slash at the end, other case in the host,
 * default port, our bare origin (which the SDK's fallback sends), or the URL of the HTTP+SSE transport, whose clients know no
 * other. Whichever it was, the token is for the one audience.
 * @throws OAuthError `invalid_target` for anything else (RFC 8707 §2)
 */
export function canonicalResource(value: string | undefined, urls: PublicUrls): string {
  if (value === undefined) return urls.resource
  if (URL.canParse(value) && !value.includes('#')) {
    const { protocol, host, pathname, search, username, password } = new URL(value)
    const canonical = `${protocol}//${host}${pathname.replace(/\/$/, '')}`
    const plain = search === '' && username === '' && password === ''
    const names = [urls.resource, urls.origin, urls.sse?.resource]
    if (plain && names.includes(canonical)) return urls.resource
  }
  throw new OAuthError('invalid_target', `this server guards ${urls.resource} only`)
}
