/**
 * Which URLs may name a client's document (draft-ietf-oauth-client-id-metadata-document §3): https, a path, no user, no
 * fragment, and in the one spelling that a URL parser gives it, so that two spellings are never one client.
 */

const MAX_LENGTH = 2048
// RFC 6761 and relatives: names that no public address has.
const SPECIAL_NAME =
  /(^|\.)(localhost|local|internal|intranet|lan|corp|home|test|invalid|example|onion|arpa)$/

/** @param developmentOrigins exact origins that may be http, on any port, and have no public name */
export function isDocumentUrl(value: string, developmentOrigins: readonly string[] = []): boolean {
  if (value.length > MAX_LENGTH || !URL.canParse(value)) return false
  const url = new URL(value)
  const plain = url.href === value && url.hash === '' && !value.includes('#')
  if (!plain || url.username !== '' || url.password !== '' || url.pathname === '/') return false
  // The origin of a blob: URL is the one inside it.
  if (developmentOrigins.includes(url.origin)) return /^https?:$/.test(url.protocol)
  return url.protocol === 'https:' && url.port === '' && isPublicName(url.hostname)
}

/** A literal address is no name; a URL parser has spelled decimal, octal and hexadecimal ones out before. */
function isPublicName(hostname: string): boolean {
  const literal = hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
  return !literal && /^[^.].*\.[^.]+$/.test(hostname) && !SPECIAL_NAME.test(hostname)
}
