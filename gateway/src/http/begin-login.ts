/** Sends a browser to a provider, and remembers it for the way back: for a client, or for the person's own page. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { unreachableProvider } from '../pages/page-error.ts'
import type { AuthorizationRequest } from '../store/records/login.ts'
import type { Store } from '../store/store.ts'
import type { LoginOptions, Upstream } from '../upstream/upstream.ts'
import { type BrowserCookies, loginChecks, newBrowserSecret } from './browser-cookie.ts'

/** A login that is ready to start: nothing is written before `start`, so that a failure leaves the form usable. */
export interface PreparedLogin {
  start(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
}

/** Decides where the login may end: a client's never at the person's page, and the other way round. */
export type LoginPurpose =
  | { purpose: 'authorize'; request: AuthorizationRequest }
  | { purpose: 'account' }

/** @throws PageError while the provider cannot be reached: the person may simply try again */
export async function beginLogin(
  parts: { store: Store; cookies: BrowserCookies; now: () => number },
  id: string,
  upstream: Upstream,
  purpose: LoginPurpose,
  options: LoginOptions,
): Promise<PreparedLogin> {
  const { store, cookies, now } = parts
  const secret = newBrowserSecret(now())
  const location = await upstream
    .loginUrl(loginChecks(id, secret.value), options)
    .catch((error: unknown) => {
      throw unreachableProvider(error)
    })
  return {
    async start(request, reply) {
      await store.put('transaction', id, {
        version: 1,
        ...purpose,
        browser: secret.hash,
        provider: upstream.id,
        iss: upstream.issuer,
        startedAt: now(),
      })
      // Only now, after the person agreed, is this browser bound to the login (MCP security best practices).
      cookies.bind(request, reply, id, secret.value)
      return reply
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .redirect(location.href, 303)
    },
  }
}
