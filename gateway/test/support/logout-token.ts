/** A logout token as Keycloak 26 sends it, changed as the test says. */
import { randomUUID } from 'node:crypto'
import type { FakeProvider } from './fake-provider.ts'

export const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** @param changes to its claims: `undefined` takes one out */
export function logoutToken(
  provider: Pick<FakeProvider, 'issuer' | 'clientId' | 'sign'>,
  now: number,
  changes: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const iat = Math.floor(now / 1000)
  const claims = {
    iss: provider.issuer,
    aud: provider.clientId,
    sub: 'sub-of-ender',
    sid: 'sid-of-ender',
    iat,
    exp: iat + 120,
    jti: randomUUID(),
    typ: 'Logout',
    events: { [LOGOUT_EVENT]: {}, revoke_offline_access: true },
    ...changes,
  }
  const kept = Object.entries(claims).filter(([, value]) => value !== undefined)
  return provider.sign(Object.fromEntries(kept), { typ: 'logout+jwt', ...header })
}
