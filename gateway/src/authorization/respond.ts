/** The person is known: enrolled, they get a code for the client; else a page that says whom to ask. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { redirectUriMatches } from '../oauth/redirect-uri.ts'
import { chooseLocale } from '../pages/locale.ts'
import { notEnrolledPage } from '../pages/not-enrolled-page.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import type { AuthorizationRequest } from '../store/records.ts'
import type { Identity } from '../upstream/upstream.ts'
import { targetOf } from './authorization-request.ts'
import {
  errorUrl,
  PageError,
  redirectWithCode,
  redirectWithError,
} from './authorization-response.ts'
import { openGrant } from './open-grant.ts'
import type { AuthorizationRoom } from './room.ts'

export async function respond(
  room: AuthorizationRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  authorization: AuthorizationRequest,
  identity: Identity,
): Promise<FastifyReply> {
  await refuseUnlessStanding(room, authorization)
  const target = targetOf(authorization)
  const enrolment = await room.directory.enrol(identity)
  if (enrolment.outcome === 'enrolled') {
    const code = await openGrant(room, request, authorization, identity, enrolment.person)
    if (code !== undefined) return redirectWithCode(reply, target, room.urls.issuer, code)
    const description = 'another login changed who this person is'
    return redirectWithError(reply, target, room.urls.issuer, 'access_denied', description)
  }
  return reply
    .code(403)
    .headers(pageHeaders)
    .send(
      notEnrolledPage({
        locale: chooseLocale(authorization.ui_locales, request.headers['accept-language']),
        reason: enrolment.reason,
        contact: room.config.ENROLMENT_CONTACT,
        returnUrl: errorUrl(
          target,
          room.urls.issuer,
          'access_denied',
          'this login is not enrolled in the school',
        ),
      }),
    )
}

/** Between the consent page and the answer lies a login: the client may be gone by now, or have taken that redirect URI away. */
async function refuseUnlessStanding(
  { clients }: AuthorizationRoom,
  { client_id, redirect_uri }: AuthorizationRequest,
): Promise<void> {
  const client = await clients.findKnown(client_id)
  if (!client) throw new PageError('unknown_client', 400, 'the client is gone')
  if (!client.redirect_uris.some((known) => redirectUriMatches(redirect_uri, known))) {
    throw new PageError('invalid_redirect_uri', 400, 'redirect_uri is no longer registered')
  }
}
