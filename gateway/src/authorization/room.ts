/** What the files of this room need. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthenticateClient } from '../clients/client-authentication.ts'
import type { Clients } from '../clients/clients.ts'
import type { PageError } from '../pages/page-error.ts'
import type { LoginParts } from '../sessions/login-parts.ts'
import type { AccountTransaction } from '../store/records/login.ts'
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

export interface AuthorizationRoom extends LoginParts {
  clients: Clients
  authenticateClient: AuthenticateClient
  account: AccountEntrance
}
