/** Redirect URIs: which may be registered, and when a requested one matches a registered one. */
// Schemes that run script or reach local content: never a redirect target (peers' CVE-2025-4143).
const SCRIPT_LIKE = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'filesystem:',
  'view-source:',
  'ws:',
  'wss:',
  'ftp:',
  'mailto:',
])
// RFC 3986 §2: printable ASCII only. A URL parser strips tabs and newlines, so this is looked for before it runs.
const UNSAFE = /[^\x21-\x7e]|\\/
// A browser reads `https:host`, `https:///host` and `https://@host` as https://host; other readers do not.
const PLAIN_AUTHORITY = /^https?:\/\/[^/?#@]+(?:[/?]|$)/i
const MAX_LENGTH = 2048

/** `hostile`: refuses the whole registration. `unwelcome`: well formed, but not admitted by policy, so it is dropped. */
export type RedirectUriVerdict = 'admitted' | 'unwelcome' | 'hostile'

/**
 * Admitted are https, http on loopback, and exactly the listed custom-scheme URIs (ADR 11; RFC 8252 §7.1).
 */
export function judgeRedirectUri(
  value: unknown,
  customRedirectUris: readonly string[],
): RedirectUriVerdict {
  if (typeof value !== 'string' || value.length > MAX_LENGTH || UNSAFE.test(value)) return 'hostile'
  // RFC 6749 §3.1.2: absolute, no fragment.
  if (value.includes('#') || !URL.canParse(value)) return 'hostile'
  const url = new URL(value)
  if (SCRIPT_LIKE.has(url.protocol)) return 'hostile'
  if (url.username !== '' || url.password !== '') return 'hostile'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return customRedirectUris.includes(value) ? 'admitted' : 'unwelcome'
  }
  if (!PLAIN_AUTHORITY.test(value)) return 'hostile'
  if (url.protocol === 'https:') return 'admitted'
  // As written, not as parsed: a browser takes `0x7f.1` and `%6cocalhost` for loopback, and nothing ever matches them.
  return loopbackWithoutPort(value) === undefined ? 'unwelcome' : 'admitted'
}

/** Simple string comparison (RFC 6749 §3.1.2.3), except that a loopback port may vary (RFC 8252 §7.3, C21). */
export function redirectUriMatches(requested: string, registered: string): boolean {
  if (requested === registered) return true
  if (UNSAFE.test(requested) || requested.includes('#')) return false
  const portless = loopbackWithoutPort(requested)
  return portless !== undefined && portless === loopbackWithoutPort(registered)
}

/** True where it is one of those that are registered. */
export function isRegistered(requested: string, registered: readonly string[]): boolean {
  return registered.some((uri) => redirectUriMatches(requested, uri))
}

/** The URI as written, less its port; undefined unless it is http on loopback without user info. */
export function loopbackWithoutPort(value: string): string | undefined {
  const match = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::(\d{1,5}))?((?:[/?].*)?)$/.exec(
    value,
  )
  if (!match || Number(match[2] ?? 0) > 65_535) return undefined
  return `${match[1]}${match[3]}`
}
