/**
 * POST /account/sign-in: to the provider, to come back to the person's own page (OpenID Connect Core §3.1.2.1).
 *
 * A login of its own purpose: it never satisfies /authorize. Bound to this browser as every login is, and begun by our own page
 * alone, so that nobody is logged in as somebody else unknowingly (login CSRF, RFC 9700 §4.7). Writes `transaction`. Answers
 * 303 to the provider, a page otherwise, 429 among them.
 */
import type { FastifyInstance } from 'fastify'
import { beginLogin } from '../http/begin-login.ts'
import { newTransactionId } from '../http/browser-cookie.ts'
import { refuseForeignPost } from '../http/foreign-post.ts'
import { formOf } from '../http/form-body.ts'
import { spendLogin } from '../http/login-limit.ts'
import { PageError } from '../pages/page-error.ts'
import { localeOf } from './locale-of.ts'
import type { AccountRoom } from './room.ts'

export function signInEndpoint(app: FastifyInstance, room: AccountRoom): void {
  app.post('/account/sign-in', async (request, reply) => {
    refuseForeignPost(request, room.urls.origin)
    const upstream = room.providers.find(formOf(request).get('provider') ?? '')
    if (!upstream) throw new PageError('invalid_request', 400, 'no such provider')
    await spendLogin(room, request)
    const login = await beginLogin(
      room,
      newTransactionId(),
      upstream,
      { purpose: 'account' },
      // With offline_access Keycloak keeps no session of this browser, and so none that signing out could end.
      { ui_locales: localeOf(request), offline: false },
    )
    return login.start(request, reply)
  })
}
