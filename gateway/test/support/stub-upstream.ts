/** A provider for unit tests of the rooms: logs in whoever the test says, or fails as the test says. */
import {
  type Identity,
  type LoginChecks,
  type LoginOptions,
  type Upstream,
  UpstreamError,
} from '../../src/upstream/upstream.ts'

export const ISSUER = 'http://localhost:3002'

export interface StubUpstream extends Upstream {
  /** Who logs in next. */
  identity: Identity
  failure: UpstreamError | undefined
  /** The refresh tokens with which it was asked. */
  refreshes: string[]
  /** What each login was asked with. */
  logins: (LoginChecks & LoginOptions)[]
  /** What each end of a session was asked with. */
  ended: { idToken: string; state: string; ui_locales: string }[]
  /** False: a provider without end_session_endpoint. */
  endsSessions: boolean
}

export function person(name: string, student_id: string | undefined, roles: string[]): Identity {
  return {
    iss: ISSUER,
    sub: `sub-${name}`,
    sid: `sid-${name}`,
    claims: {
      sub: `sub-${name}`,
      name,
      preferred_username: name,
      ...(student_id === undefined ? {} : { student_id }),
      realm_access: { roles },
    },
    idToken: `id-token-of-${name}`,
    refreshToken: `refresh-token-of-${name}`,
  }
}

export function createStubUpstream(now: () => number): StubUpstream {
  /** Who logged in last, by refresh token. */
  const sessions = new Map<string, Identity>()
  const stub: StubUpstream = {
    identity: person('ender', 'BS-2401', ['student']),
    failure: undefined,
    logins: [],
    refreshes: [],
    ended: [],
    endsSessions: true,
    id: 'default',
    issuer: ISSUER,
    name: { en: 'Battle School', ko: '배틀 스쿨' },
    emailDomains: [],
    claims: { studentId: 'student_id', roles: 'realm_access.roles' },
    state: 'reachable',
    rolesClaim: 'unknown',
    greet: async () => true,
    async loginUrl(checks, options) {
      if (stub.failure) throw stub.failure
      stub.logins.push({ ...checks, ...options })
      return new URL(`${ISSUER}/auth?state=${checks.state}`)
    },
    async endSessionUrl(leaving) {
      if (stub.failure) throw stub.failure
      if (!stub.endsSessions) return undefined
      stub.ended.push(leaving)
      return new URL(`${ISSUER}/session/end?state=${leaving.state}`)
    },
    async callback(currentUrl, checks) {
      if (stub.failure) throw stub.failure
      const begun = stub.logins.find(({ state }) => state === checks.state)
      // What openid-client would compare: the checks of this login, derived anew from the browser's cookie.
      if (begun?.nonce !== checks.nonce || begun.codeVerifier !== checks.codeVerifier) {
        throw new UpstreamError('invalid', 'the checks differ')
      }
      if (currentUrl.searchParams.get('error')) throw new UpstreamError('declined', 'declined')
      const { identity } = stub
      if (identity.refreshToken) sessions.set(identity.refreshToken, identity)
      return { auth_time: Math.floor(now() / 1000), ...identity }
    },
    async refresh(refreshToken, _idToken, keep) {
      stub.refreshes.push(refreshToken)
      const first = sessions.get(refreshToken)
      // What became of the person since, where the test says so.
      const identity = first && first.sub !== stub.identity.sub ? first : stub.identity
      const { refreshToken: next = refreshToken } = identity
      if (next !== refreshToken) await keep?.(next)
      if (stub.failure) throw stub.failure
      return identity
    },
    async verifyLogoutToken(token) {
      if (stub.failure) throw stub.failure
      const claims = JSON.parse(token) as { jti: string; sid: string; sub?: string }
      return { iss: ISSUER, ...claims }
    },
  }
  return stub
}
