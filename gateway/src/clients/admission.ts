/** Which clients the operator admits: by where they send people back, and by who vouches for them. */
import { isLoopback } from '../oauth/loopback.ts'
import { judgeRedirectUri, type RedirectUriVerdict } from '../oauth/redirect-uri.ts'
import { isDocumentUrl } from './documents/document-url.ts'

export interface AdmissionSettings {
  CUSTOM_REDIRECT_URIS: readonly string[]
  ALLOWED_REDIRECT_HOSTS: readonly string[]
  CIMD: boolean
  CIMD_ALLOWED_HOSTS: readonly string[]
  CIMD_DEVELOPMENT_ORIGINS: readonly string[]
  ID_JAG_ISSUERS: readonly string[]
}

export interface Admission {
  judgeRedirectUri(value: unknown): RedirectUriVerdict
  /** Those of a client that was admitted under other settings, perhaps. */
  admittedRedirectUris(redirectUris: readonly string[]): string[]
  /** True where this may be the id of a client, by the operator's leave. */
  admitsDocument(url: string): boolean
  /** True where this may be fetched: a document, or keys. */
  isDocumentUrl(url: string): boolean
  /** Whether a client may register for the grant of identity assertions. */
  readonly takesAssertions: boolean
}

export function createAdmission(settings: AdmissionSettings): Admission {
  const {
    CUSTOM_REDIRECT_URIS,
    ALLOWED_REDIRECT_HOSTS,
    CIMD,
    CIMD_ALLOWED_HOSTS,
    CIMD_DEVELOPMENT_ORIGINS,
  } = settings

  function judge(value: unknown): RedirectUriVerdict {
    const verdict = judgeRedirectUri(value, CUSTOM_REDIRECT_URIS)
    if (verdict !== 'admitted' || ALLOWED_REDIRECT_HOSTS.length === 0) return verdict
    if (CUSTOM_REDIRECT_URIS.includes(String(value))) return verdict
    const url = new URL(String(value))
    const named = isLoopback(url) && ALLOWED_REDIRECT_HOSTS.includes('loopback')
    return named || isListed(url.hostname, ALLOWED_REDIRECT_HOSTS) ? verdict : 'unwelcome'
  }

  const isDocument = (url: string) => isDocumentUrl(url, CIMD_DEVELOPMENT_ORIGINS)

  return {
    judgeRedirectUri: judge,
    admittedRedirectUris: (redirectUris) => redirectUris.filter((uri) => judge(uri) === 'admitted'),
    isDocumentUrl: isDocument,
    takesAssertions: settings.ID_JAG_ISSUERS.length > 0,
    admitsDocument(url) {
      if (!CIMD || !isDocument(url)) return false
      const { origin, hostname } = new URL(url)
      return (
        CIMD_DEVELOPMENT_ORIGINS.includes(origin) ||
        CIMD_ALLOWED_HOSTS.length === 0 ||
        isListed(hostname, CIMD_ALLOWED_HOSTS)
      )
    },
  }
}

/** `example.com` is that host alone, `*.example.com` every host below it. */
function isListed(host: string, list: readonly string[]): boolean {
  return list.some((item) => (item.startsWith('*.') ? host.endsWith(item.slice(1)) : host === item))
}
