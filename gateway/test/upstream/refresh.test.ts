/** A refresh at the provider (OpenID Connect Core §12), over real HTTP. */
import t from 'tap'
import { type AtProvider, atProvider, failureOf, login } from '../support/at-provider.ts'
import { ender, type FakeProviderOptions, type Misbehaviour } from '../support/fake-provider.ts'

type Tap = Parameters<typeof atProvider>[0]

/** A login, and the way to refresh it. */
async function loggedIn(t: Tap, options: FakeProviderOptions = {}) {
  const at = await atProvider(t, options)
  const { refreshToken = '', idToken } = await login(at)
  return {
    at,
    refreshToken,
    idToken,
    refresh: (token = refreshToken) => at.upstream.refresh(token, idToken),
  }
}

const failing = async (
  { at, refresh }: { at: AtProvider; refresh: () => Promise<unknown> },
  how: Misbehaviour,
) => {
  at.provider.misbehave(how)
  const { kind, providerError } = await failureOf(refresh())
  at.provider.misbehave()
  return { kind, providerError }
}

t.test('OpenID Connect Core §12.2: who it is by now, with the token to use next', async (t) => {
  const { at, refreshToken, refresh } = await loggedIn(t, { rotates: true })
  at.provider.login({ ...ender, claims: { ...ender.claims, student_id: 'BS-2' } })
  const identity = await refresh()
  t.match(identity, {
    iss: at.provider.issuer,
    sub: 'sub-of-ender',
    sid: 'sid-of-ender',
    claims: { student_id: 'BS-2' },
    refreshToken: /^refresh-/,
  })
  t.notOk(identity.isOld)
  t.not(identity.refreshToken, refreshToken)
  t.equal((await failureOf(refresh())).providerError, 'invalid_grant', 'the old one is spent')
  t.ok(await refresh(identity.refreshToken))
  const same = await loggedIn(t)
  t.equal((await same.refresh()).refreshToken, undefined, 'RFC 6749 §6: there need not be another')
})

t.test('OpenID Connect Core §12.2: the refreshed ID token is of the same login', async (t) => {
  const here = await loggedIn(t)
  for (const [title, idToken] of Object.entries({
    iss: { iss: 'https://evil.example' },
    aud: { aud: 'another' },
    'azp, where there was none': { azp: 'mcp-gateway' },
    'azp of another client': { azp: 'another' },
    nonce: { nonce: 'another' },
    'auth_time before the first': { auth_time: 1_700_000_000 },
    'no sub': { sub: undefined },
    'no iat': { iat: undefined },
    expired: { exp: 1_700_000_000 },
  })) {
    t.equal((await failing(here, { idToken })).kind, 'invalid', title)
  }
  for (const signature of ['none', 'stranger', 'cut', 'hs256-secret'] as const) {
    t.equal((await failing(here, { signature })).kind, 'invalid', signature)
  }
  t.equal((await failing(here, { userinfo: { sub: 'another' } })).kind, 'invalid', 'userinfo')
  t.equal((await failing(here, { idToken: { sub: 'sub-of-bean' } })).kind, 'declined')
  here.at.provider.misbehave({ idToken: { nonce: 'nonce-of-this-login' } })
  t.ok(await here.refresh(), 'the nonce of the login may come again')
  const now = Math.floor(Date.now() / 1000)
  here.at.provider.misbehave({ idToken: { auth_time: now + 5 } })
  t.ok(await here.refresh(), 'the person proved themselves since')
})

t.test('OpenID Connect Core §12.2: without a new ID token userinfo says what is new', async (t) => {
  const { at, refresh } = await loggedIn(t)
  at.provider.login({ ...ender, claims: { student_id: 'BS-2' } })
  at.provider.misbehave({ tokens: { id_token: undefined } })
  const { claims, sub, isOld } = await refresh()
  t.ok(isOld)
  t.match({ sub, ...claims }, { sub: 'sub-of-ender', student_id: 'BS-2' })
  t.same(claims.realm_access, { roles: ['student'] }, 'what only the ID token says stands')
})

t.test(
  'RFC 9700 §4.14.2: a rotated token is told, whatever fails after it: userinfo, keys, the ID token',
  async (t) => {
    for (const how of [
      { answers: { userinfo: 503 } },
      { answers: { userinfo: 'hang' } },
      { answers: { jwks: 503 } },
      { signature: 'stranger' },
    ] as const) {
      const { at, refreshToken, idToken } = await loggedIn(t, { rotates: true })
      const told: string[] = []
      const keep = async (rotated: string) => void told.push(rotated)
      if ('answers' in how && 'jwks' in how.answers) await at.provider.rotateKey()
      at.provider.misbehave(how)
      await failureOf(at.upstream.refresh(refreshToken, idToken, keep))
      at.provider.misbehave()
      t.match(told, [/^refresh-/], JSON.stringify(how))
      t.ok(await at.upstream.refresh(told[0] ?? '', idToken), 'and it is good')
    }
    const { at, refreshToken, idToken } = await loggedIn(t)
    const gone = new Error('the store is gone')
    const keep = () => Promise.reject(gone)
    at.provider.misbehave({ tokens: { refresh_token: 'another' } })
    await t.rejects(
      at.upstream.refresh(refreshToken, idToken, keep),
      gone,
      'not the provider’s fault',
    )
    at.provider.misbehave({ tokens: { refresh_token: refreshToken } })
    t.ok(await at.upstream.refresh(refreshToken, idToken, keep), 'the same one is none')
  },
)

t.test(
  'three failures of a refresh: the session is over, an outage, our configuration',
  async (t) => {
    const here = await loggedIn(t)
    const answer = (status: number, error: string) => ({ answers: { token: { status, error } } })
    for (const error of ['invalid_grant', 'access_denied', 'login_required', 'consent_required']) {
      t.same(await failing(here, answer(400, error)), { kind: 'declined', providerError: error })
    }
    for (const how of [503, 429, 'reset', 'hang'] as const) {
      t.equal((await failing(here, { answers: { token: how } })).kind, 'unavailable', String(how))
    }
    t.equal((await failing(here, answer(503, 'invalid_grant'))).kind, 'unavailable')
    t.equal((await failing(here, answer(400, 'temporarily_unavailable'))).kind, 'unavailable')
    for (const error of ['invalid_client', 'unauthorized_client', 'invalid_scope']) {
      t.equal((await failing(here, answer(401, error))).kind, 'misconfigured', error)
    }
    t.equal((await failing(here, answer(400, 'something_else'))).kind, 'invalid')
    t.equal((await failing(here, { answers: { token: 'html' } })).kind, 'invalid')
    here.at.provider.ended.add('sub-of-ender')
    t.equal((await failureOf(here.refresh())).kind, 'declined', 'a disabled user')
    t.notMatch(here.at.logs.join(''), /refresh-[0-9a-f]{8}/, 'no token in a log')
  },
)
