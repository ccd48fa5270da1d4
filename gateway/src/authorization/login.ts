/** Sends a browser whose person agreed to the provider, and remembers it for the way back. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { loginChecks, newBrowserSecret } from '../http/browser-cookie.ts'
import { unreachableProvider } from '../pages/page-error.ts'
import type { AuthorizationRequest } from '../store/records.ts'
import type { LoginOptions, Upstream } from '../upstream/upstream.ts'
import type { AuthorizationRoom } from './room.ts'

/** A login that is ready to start: nothing is written before `start`, so that a failure leaves the form usable. */
export interface PreparedLogin {
  start(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
}

/** @throws PageError while the provider cannot be reached: the person may simply try again */
export async function prepareLogin(
  room: AuthorizationRoom,
  id: string,
  authorization: AuthorizationRequest,
  upstream: Upstream,
  options: Pick<LoginOptions, 'prompt'> = {},
): Promise<PreparedLogin> {
  const secret = newBrowserSecret(room.now())
  const location = await upstream
    .loginUrl(loginChecks(id, secret.value), {
      ...pick(authorization, 'ui_locales'),
      ...pick(authorization, 'prompt'),
      ...(authorization.max_age === undefined ? {} : { max_age: String(authorization.max_age) }),
      ...options,
      // Another person is wanted: the hint names the one who is there.
      ...(options.prompt === undefined ? pick(authorization, 'login_hint') : {}),
    })
    .catch((error: unknown) => {
      throw unreachableProvider(error)
    })
  return {
    async start(request, reply) {
      await room.store.put('transaction', id, {
        version: 1,
        purpose: 'authorize',
        request: authorization,
        browser: secret.hash,
        provider: upstream.id,
        iss: upstream.issuer,
        startedAt: room.now(),
      })
      // Only now, after the person agreed, is this browser bound to the login (MCP security best practices).
      room.cookies.bind(request, reply, id, secret.value)
      return reply
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .redirect(location.href, 303)
    },
  }
}

function pick<K extends 'ui_locales' | 'login_hint' | 'prompt'>(
  from: AuthorizationRequest,
  name: K,
): Pick<LoginOptions, K> {
  const value = from[name]
  return (value === undefined ? {} : { [name]: value }) as Pick<LoginOptions, K>
}
