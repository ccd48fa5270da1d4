/**
 * GET /authorize (RFC 6749 §4.1.1; RFC 7636 §4.3; RFC 8707 §2.1; RFC 9126 §4): shows the consent page.
 *
 * Reads the client and what it pushed, writes nothing of its own (a document that is fetched is kept by its part), needs no
 * cookie and may be fetched any number of times (C33): the form carries the checked request sealed. Answers a page, or a 303
 * with `error`, `state` and `iss` once client and redirect URI are proven.
 */
import type { FastifyInstance } from 'fastify'
import { newBrowserSecret, newTransactionId } from '../http/browser-cookie.ts'
import { queryOf } from '../oauth/form.ts'
import { readAuthorizationRequest } from './authorization-request.ts'
import { sealForm } from './interaction.ts'
import { provenClient } from './proven-client.ts'
import { pushedRequest, refuseUnlessPushed } from './pushed-request.ts'
import type { AuthorizationRoom } from './room.ts'
import { showConsent } from './show-consent.ts'

export function authorizationEndpoint(app: FastifyInstance, room: AuthorizationRoom): void {
  app.get('/authorize', async (request, reply) => {
    const parameters = new URLSearchParams(queryOf(request.raw.url))
    const client = await provenClient(parameters, room.clients, request.ip)
    const pushed = await pushedRequest(parameters, client, room.store)
    const authorization = pushed ?? readAuthorizationRequest(parameters, client, room.urls)
    if (!pushed) refuseUnlessPushed(client, authorization)
    const id = newTransactionId()
    const browser = newBrowserSecret(room.now())
    const expiresAt = room.now() + room.config.LOGIN_TTL * 1000
    const sealed = await sealForm(
      room.keys,
      { step: 'consent', id, browser: browser.hash, request: authorization },
      expiresAt,
    )
    room.cookies.bind(request, reply, id, browser.value)
    return showConsent(room, request, reply, authorization, sealed)
  })
}
