/** The person is known: enrolled, they get a code for the client; else a page that says whom to ask. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { chooseLocale } from '../pages/locale.ts'
import { notEnrolledPage } from '../pages/not-enrolled-page.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { waitingPage } from '../pages/waiting-page.ts'
import type { TransactionRecord } from '../store/records/login.ts'
import type { Identity } from '../upstream/upstream.ts'
import { errorUrl, redirectWithCode, redirectWithError } from './authorization-response.ts'
import { openGrant } from './open-grant.ts'
import type { AuthorizationRoom } from './room.ts'
import { standingTarget } from './standing-target.ts'

export async function respond(
  room: AuthorizationRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  { request: authorization, startedAt }: Pick<TransactionRecord, 'request' | 'startedAt'>,
  identity: Identity,
): Promise<FastifyReply> {
  const target = await standingTarget(room, authorization)
  const enrolment = await room.directory.enrol(identity)
  if (enrolment.outcome === 'enrolled') {
    const code = await openGrant(
      room,
      request,
      authorization,
      identity,
      enrolment.person,
      startedAt,
    )
    if (code !== undefined) return redirectWithCode(reply, target, room.urls.issuer, code)
    const description = 'the login is over, or another one changed who this person is'
    return redirectWithError(reply, target, room.urls.issuer, 'access_denied', description)
  }
  request.log.info({ enrolment }, 'not enrolled')
  const denied = (description: string) =>
    errorUrl(target, room.urls.issuer, 'access_denied', description)
  const page = {
    locale: chooseLocale(authorization.ui_locales, request.headers['accept-language']),
    contact: room.config.ENROLMENT_CONTACT,
  }
  // RFC 6749 §4.1.2.1: whatever the reason is, the client learns access_denied, and only when the person returns to it.
  const body =
    enrolment.outcome === 'waiting'
      ? waitingPage({ ...page, returnUrl: denied('this login waits for an instructor’s approval') })
      : notEnrolledPage({
          ...page,
          reason: enrolment.reason,
          requestId: request.id,
          returnUrl: denied('this login is not enrolled in the school'),
        })
  return reply.code(403).headers(pageHeaders).send(body)
}
