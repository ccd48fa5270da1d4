/** What the files of this room need. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthenticateClient } from '../clients/client-authentication.ts'
import type { Clients } from '../clients/clients.ts'
import type { Config } from '../config.ts'
import type { BrowserCookies } from '../http/browser-cookie.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import type { Keys } from '../keys/keys.ts'
import type { PublicUrls } from '../oauth/issuer.ts'
import type { Audit } from '../operations/audit.ts'
import type { PageError } from '../pages/page-error.ts'
import type { EndedSessions } from '../sessions/ended-sessions.ts'
import type { AccountTransaction } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Directory } from '../students/directory.ts'
import type { Providers } from '../upstream/providers.ts'
import type { Identity, UpstreamError } from '../upstream/upstream.ts'

/** Where a login goes that was begun on the person's own page. */
export interface AccountEntrance {
  enter(
    request: FastifyRequest,
    reply: FastifyReply,
    transaction: AccountTransaction,
    identity: Identity,
  ): Promise<FastifyReply>
  /** The page for a login that came to nothing. */
  loginFailed(transaction: AccountTransaction, error: UpstreamError): PageError
}

export interface AuthorizationRoom {
  config: Config
  urls: PublicUrls
  store: Store
  keys: Keys
  providers: Providers
  directory: Directory
  endedSessions: EndedSessions
  clients: Clients
  authenticateClient: AuthenticateClient
  rateLimit: RateLimit
  audit: Audit
  cookies: BrowserCookies
  account: AccountEntrance
  now: () => number
}
