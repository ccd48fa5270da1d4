/**
 * GET /signed-out: where a browser is after it signed out, sent by us or by the provider: our post_logout_redirect_uri (OpenID
 * Connect RP-Initiated Logout 1.0 §3). Says what ended, and what did not. Reads and writes nothing.
 */
import type { FastifyInstance } from 'fastify'
import { queryOf } from '../oauth/form.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { signedOutPage } from '../pages/signed-out-page.ts'
import { takeFarewell } from './farewell.ts'
import { localeOf } from './locale-of.ts'
import type { AccountRoom } from './room.ts'

export function signedOutEndpoint(app: FastifyInstance, room: AccountRoom): void {
  app.get('/signed-out', async (request, reply) => {
    const state = new URLSearchParams(queryOf(request.raw.url)).get('state')
    const farewell = takeFarewell(room, request, reply, state)
    return reply.headers(pageHeaders).send(signedOutPage({ locale: localeOf(request), farewell }))
  })
}
