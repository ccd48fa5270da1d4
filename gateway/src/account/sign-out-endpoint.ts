/**
 * POST /account/sign-out: of this page, or everywhere (OpenID Connect RP-Initiated Logout 1.0 §2).
 *
 * `everywhere` ends every grant of the person, their account sessions in every browser and whatever login of theirs is under
 * way, and sends this browser to the provider to end its session too. Where the provider has no end_session_endpoint, or does
 * not answer, everything of ours is ended none the less, and the page says so. Answers 303.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { revokeGrant } from '../operations/revoke-grant.ts'
import { PageError } from '../pages/page-error.ts'
import { UpstreamError } from '../upstream/upstream.ts'
import { rememberFarewell } from './farewell.ts'
import { localeOf } from './locale-of.ts'
import type { AccountRoom } from './room.ts'
import { closeSession } from './session.ts'
import { answered, type Visitor } from './visitor.ts'

const scope = z.enum(['here', 'everywhere'])

export function signOutEndpoint(app: FastifyInstance, room: AccountRoom): void {
  app.post('/account/sign-out', async (request, reply) => {
    const { visitor, form } = await answered(room, request, reply)
    const asked = scope.safeParse(form.get('from'))
    if (!asked.success) throw new PageError('invalid_request', 400, 'signed out of nothing')
    if (asked.data === 'everywhere') await endEverything(room, visitor)
    await closeSession(room, request, reply)
    room.audit('account_left', { person: visitor.personId, from: asked.data })
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
    const state = rememberFarewell(room, reply, asked.data)
    const away =
      asked.data === 'everywhere' ? await endSessionUrl(room, request, visitor, state) : undefined
    return reply.redirect(away?.href ?? room.urls.signedOut, 303)
  })
}

async function endEverything(room: AccountRoom, { personId, session }: Visitor): Promise<void> {
  const why = 'the person signed out everywhere'
  for (const grant of await room.store.grantsOf({ personId })) {
    await revokeGrant(room, grant, { person: personId, why })
  }
  // Logins under way, codes that nobody fetched yet, and this page in other browsers.
  await room.endedSessions.end({ iss: session.record.iss, sub: session.record.sub }, room.now())
}

async function endSessionUrl(
  room: AccountRoom,
  request: FastifyRequest,
  { session }: Visitor,
  state: string,
): Promise<URL | undefined> {
  const upstream = room.providers.find(session.record.provider)
  try {
    return await upstream?.endSessionUrl({
      idToken: session.idToken,
      state,
      ui_locales: localeOf(request),
    })
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    request.log.warn({ err: error, kind: error.kind }, 'the provider’s session was not ended')
    return undefined
  }
}
