/** The login that a client's request asks for: what of it goes on to the provider. */
import { beginLogin, type PreparedLogin } from '../http/begin-login.ts'
import type { AuthorizationRequest } from '../store/records/login.ts'
import type { LoginOptions, Upstream } from '../upstream/upstream.ts'
import type { AuthorizationRoom } from './room.ts'

/** @throws PageError while the provider cannot be reached: the person may simply try again */
export function prepareLogin(
  room: AuthorizationRoom,
  id: string,
  authorization: AuthorizationRequest,
  upstream: Upstream,
  options: Pick<LoginOptions, 'prompt'> = {},
): Promise<PreparedLogin> {
  const purpose = { purpose: 'authorize', request: authorization } as const
  return beginLogin(room, id, upstream, purpose, {
    ...pick(authorization, 'ui_locales'),
    ...pick(authorization, 'prompt'),
    ...(authorization.max_age === undefined ? {} : { max_age: String(authorization.max_age) }),
    ...options,
    // Another person is wanted: the hint names the one who is there.
    ...(options.prompt === undefined ? pick(authorization, 'login_hint') : {}),
  })
}

function pick<K extends 'ui_locales' | 'login_hint' | 'prompt'>(
  from: AuthorizationRequest,
  name: K,
): Pick<LoginOptions, K> {
  const value = from[name]
  return (value === undefined ? {} : { [name]: value }) as Pick<LoginOptions, K>
}
