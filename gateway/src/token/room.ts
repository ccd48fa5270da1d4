/** What the files of this room need, made once in its index. */
import type { AuthenticateClient } from '../clients/client-authentication.ts'
import type { Clients } from '../clients/clients.ts'
import type { Config } from '../config.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import type { Audit } from '../operations/audit.ts'
import type { EndedSessions } from '../sessions/ended-sessions.ts'
import type { UpstreamCheck } from '../sessions/upstream-check.ts'
import type { Store } from '../store/store.ts'
import type { Directory } from '../students/directory.ts'
import type { Policy } from '../students/policy.ts'
import type { AssertionIssuers } from '../upstream/assertion-issuers.ts'

export interface TokenRoom {
  config: Config
  urls: PublicUrls
  store: Store
  directory: Directory
  endedSessions: EndedSessions
  upstreamCheck: UpstreamCheck
  clients: Clients
  authenticateClient: AuthenticateClient
  policy: Policy
  assertionIssuers: AssertionIssuers
  audit: Audit
  now: () => number
}
