/** What a login needs, whether a client asks for it or the person's own page. */
import type { Config } from '../config.ts'
import type { BrowserCookies } from '../http/browser-cookie.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import type { Keys } from '../keys/keys.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import type { Audit } from '../operations/audit.ts'
import type { Store } from '../store/store.ts'
import type { Directory } from '../students/directory.ts'
import type { Providers } from '../upstream/providers.ts'
import type { EndedSessions } from './ended-sessions.ts'

export interface LoginParts {
  config: Config
  urls: PublicUrls
  store: Store
  keys: Keys
  providers: Providers
  directory: Directory
  endedSessions: EndedSessions
  rateLimit: RateLimit
  audit: Audit
  cookies: BrowserCookies
  /** Milliseconds since the epoch. */
  now: () => number
}
