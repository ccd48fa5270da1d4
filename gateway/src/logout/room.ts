/** What the files of this room need. */
import type { Audit } from '../operations/audit.ts'
import type { EndedSessions } from '../sessions/ended-sessions.ts'
import type { Store } from '../store/store.ts'
import type { Providers } from '../upstream/providers.ts'

export interface LogoutRoom {
  providers: Providers
  endedSessions: EndedSessions
  store: Store
  audit: Audit
  now: () => number
}
