/** Back from the provider to the person's own page: the callback hands a login over that was begun here. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { chooseLocale } from '../pages/locale.ts'
import { notEnrolledPage } from '../pages/not-enrolled-page.ts'
import { PageError } from '../pages/page-error.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { waitingPage } from '../pages/waiting-page.ts'
import type { AccountTransaction } from '../store/records/login.ts'
import type { Identity, UpstreamError } from '../upstream/upstream.ts'
import type { AccountRoom } from './room.ts'
import { openSession } from './session.ts'

/** The person is who the provider says now: enrolled anew, as at each login, and then let in. */
export async function enter(
  room: AccountRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  transaction: AccountTransaction,
  identity: Identity,
): Promise<FastifyReply> {
  const enrolment = await room.directory.enrol(identity)
  if (enrolment.outcome !== 'enrolled') {
    request.log.info({ enrolment }, 'not enrolled')
    const page = {
      locale: chooseLocale(undefined, request.headers['accept-language']),
      contact: room.config.ENROLMENT_CONTACT,
      returnUrl: room.urls.account,
      from: 'account',
    } as const
    const body =
      enrolment.outcome === 'waiting'
        ? waitingPage(page)
        : notEnrolledPage({ ...page, reason: enrolment.reason, requestId: request.id })
    return reply.code(403).headers(pageHeaders).send(body)
  }
  await openSession(room, request, reply, transaction, identity, enrolment.person)
  room.audit('account_entered', { person: enrolment.person.personId, address: request.ip })
  return reply.header('cache-control', 'no-store').redirect(room.urls.account, 303)
}

/** Three failures of the provider are three pages; none repeats what the provider said. */
export function loginFailed(
  room: AccountRoom,
  { provider }: AccountTransaction,
  error: UpstreamError,
): PageError {
  const { kind } = error
  room.audit('login_failed', { kind, provider, purpose: 'account' })
  const answer = {
    declined: ['login_declined', 403],
    invalid: ['login_declined', 403],
    unavailable: ['unavailable', 503],
    misconfigured: ['provider_error', 500],
  } as const
  const [code, status] = answer[kind]
  return new PageError(code, status, `the login failed: ${error.message}`, {
    cause: error,
    from: 'account',
  })
}
