import t from 'tap'
import { atProvider, CALLBACK, checks, failureOf, goThere, login } from '../support/at-provider.ts'
import { ender, type Misbehaviour } from '../support/fake-provider.ts'

t.test('a login: who came back, proven and complete', async (t) => {
  const at = await atProvider(t)
  const identity = await login(at)
  t.match(identity, {
    iss: at.provider.issuer,
    sub: 'sub-of-ender',
    sid: 'sid-of-ender',
    auth_time: Number,
    claims: { student_id: 'BS-2401', realm_access: { roles: ['student'] } },
    idToken: /^ey/,
    refreshToken: /^refresh-/,
  })
  const [asked] = at.provider.authorizations
  t.match(Object.fromEntries(asked ?? []), {
    response_type: 'code',
    client_id: 'mcp-gateway',
    redirect_uri: CALLBACK,
    state: checks.state,
    nonce: checks.nonce,
    code_challenge_method: 'S256',
    scope: 'openid profile email offline_access',
  })
  t.notOk(asked?.has('prompt'))
  t.equal(at.provider.calls.userinfo, 1)
})

t.test('what the room asks of the login reaches the provider', async (t) => {
  const at = await atProvider(t)
  await goThere(at, { prompt: 'login', login_hint: 'ender', ui_locales: 'ko' })
  t.match(Object.fromEntries(at.provider.authorizations[0] ?? []), {
    prompt: 'login',
    login_hint: 'ender',
    ui_locales: 'ko',
  })
})

t.test('OpenID Connect Core §11: offline_access only where the provider lists it', async (t) => {
  const without = await atProvider(t, { metadata: { scopes_supported: ['openid'] } })
  t.equal((await login(without)).refreshToken, undefined)
  t.equal(without.provider.authorizations[0]?.get('scope'), 'openid profile email')
  const silent = await atProvider(t, { metadata: { scopes_supported: undefined } })
  await goThere(silent)
  t.equal(silent.provider.authorizations[0]?.get('scope'), 'openid profile email')
  const configured = await atProvider(t, {}, { OIDC_SCOPES: 'roles offline_access' })
  await goThere(configured)
  t.equal(
    configured.provider.authorizations[0]?.get('scope'),
    'openid roles offline_access',
    'each once, and openid always',
  )
  await goThere(configured, { offline: false })
  t.equal(
    configured.provider.authorizations[1]?.get('scope'),
    'openid roles',
    'a login that nothing is kept of does not ask for it',
  )
  t.notOk(configured.provider.authorizations[1]?.has('offline'))
})

t.test(
  'OIDC_OFFLINE_ACCESS=off: offline_access is not asked for where it is offered',
  async (t) => {
    const online = await atProvider(t, {}, { OIDC_OFFLINE_ACCESS: 'off' })
    await goThere(online)
    t.equal(online.provider.authorizations[0]?.get('scope'), 'openid profile email')
  },
)

t.test('RFC 6749 §2.3.1: the client proves itself as the provider lists it', async (t) => {
  for (const [listed, used] of [
    [['client_secret_basic'], 'client_secret_basic'],
    [['client_secret_post'], 'client_secret_post'],
    [['private_key_jwt', 'client_secret_basic'], 'client_secret_basic'],
    [undefined, 'client_secret_basic'],
  ] as const) {
    const at = await atProvider(t, {
      clientSecret: 'a+b%2F:ü&=',
      metadata: { token_endpoint_auth_methods_supported: listed },
    })
    t.equal((await login(at)).sub, 'sub-of-ender')
    t.same(at.provider.clientAuthentications, [used])
  }
})

t.test('OpenID Connect Core §5.3: userinfo adds, the ID token overrules', async (t) => {
  const at = await atProvider(t)
  at.provider.misbehave({ userinfo: { email: 'ender@school.example', student_id: 'BS-6666' } })
  t.match((await login(at)).claims, { email: 'ender@school.example', student_id: 'BS-2401' })
})

t.test(
  'attack: userinfo’s word for one address does not verify another in the ID token',
  async (t) => {
    const at = await atProvider(t)
    const userinfo = { email: 'thief@school.example', email_verified: true }
    at.provider.misbehave({ userinfo, idToken: { email: 'ender@school.example' } })
    const { claims, refreshToken = '', idToken } = await login(at)
    t.same([claims.email, claims.email_verified], ['ender@school.example', undefined])
    const refreshed = await at.upstream.refresh(refreshToken, idToken)
    t.equal(refreshed.claims.email_verified, undefined, 'nor at a refresh')
    at.provider.misbehave({ userinfo, idToken: { email: 'thief@school.example' } })
    t.equal((await login(at)).claims.email_verified, true, 'of the same address it does')
    at.provider.misbehave({ userinfo })
    t.match((await login(at)).claims, userinfo)
  },
)

t.test('a provider without userinfo, auth_time and sid is a provider too', async (t) => {
  const at = await atProvider(t, { metadata: { userinfo_endpoint: undefined } })
  at.provider.login({ sub: 'quiet', auth_time: null })
  const identity = await login(at)
  t.equal(identity.sub, 'quiet')
  t.notOk('auth_time' in identity)
  t.notOk('sid' in identity)
  t.equal(at.provider.calls.userinfo, 0)
})

t.test('the login says when the person was authenticated, not when they came back', async (t) => {
  const at = await atProvider(t)
  at.provider.login({ ...ender, auth_time: 1_700_000_000 })
  t.equal((await login(at)).auth_time, 1_700_000_000)
})

const minute = () => Math.floor(Date.now() / 1000)
const lies: Record<string, () => Misbehaviour> = {
  'Core §3.1.3.7 rule 2: another iss': () => ({ idToken: { iss: 'https://other.example' } }),
  'Core §3.1.3.7 rule 3: another aud': () => ({ idToken: { aud: 'another-client' } }),
  'Core §3.1.3.7 rule 4: several aud, no azp': () => ({
    idToken: { aud: ['mcp-gateway', 'another-client'] },
  }),
  'Core §3.1.3.7 rule 5: another azp': () => ({ idToken: { azp: 'another-client' } }),
  'Core §3.1.3.7 rule 9: expired': () => ({ idToken: { exp: minute() - 120 } }),
  'Core §3.1.3.7 rule 11: another nonce': () => ({ idToken: { nonce: 'another' } }),
  'Core §3.1.3.7 rule 11: no nonce': () => ({ idToken: { nonce: undefined } }),
  'Core §2: no sub': () => ({ idToken: { sub: undefined } }),
  'Core §2: no exp': () => ({ idToken: { exp: undefined } }),
  'not yet valid': () => ({ idToken: { nbf: minute() + 120 } }),
  'Core §3.1.3.3: no ID token': () => ({ tokens: { id_token: undefined } }),
  'an ID token that is none': () => ({ tokens: { id_token: 'a.b.c' } }),
  'Core §5.3.2: userinfo of another sub': () => ({ userinfo: { sub: 'sub-of-bean' } }),
  'Core §5.3.2: userinfo without sub': () => ({ userinfo: { sub: undefined } }),
  'RFC 8725 §3.2: alg none': () => ({ signature: 'none' }),
  'RFC 8725 §3.1: signed with a stranger’s key': () => ({ signature: 'stranger' }),
  'RFC 8725 §3.1: the signature cut off': () => ({ signature: 'cut' }),
  'RFC 8725 §2.1: HS256 with the client secret': () => ({ signature: 'hs256-secret' }),
  'RFC 8725 §2.1: HS256 with the public key': () => ({ signature: 'hs256-public-key' }),
}
for (const [title, lie] of Object.entries(lies)) {
  t.test(`${title} is refused`, async (t) => {
    const at = await atProvider(t)
    at.provider.misbehave(lie())
    t.equal((await failureOf(login(at))).kind, 'invalid')
    at.provider.misbehave()
    t.equal((await login(at)).sub, 'sub-of-ender', 'the next login is not harmed')
  })
}

t.test('RFC 8725 §3.1: none and HS256 stay refused where the provider lists them', async (t) => {
  const algorithms = ['none', 'HS256', 'ES256']
  const at = await atProvider(t, {
    metadata: { id_token_signing_alg_values_supported: algorithms },
  })
  for (const signature of ['none', 'hs256-secret', 'hs256-public-key'] as const) {
    at.provider.misbehave({ signature })
    t.equal((await failureOf(login(at))).kind, 'invalid', signature)
  }
})

t.test('clocks may differ by a minute', async (t) => {
  const at = await atProvider(t)
  at.provider.misbehave({ idToken: { exp: minute() - 45, iat: minute() - 345 } })
  t.equal((await login(at)).sub, 'sub-of-ender')
})

t.test(
  'RFC 9207 §2.4: iss is compared wherever it is present, and required where advertised',
  async (t) => {
    const at = await atProvider(t)
    for (const iss of [undefined, 'https://other.example', '']) {
      at.provider.misbehave({ authorizationResponse: { iss } })
      t.equal((await failureOf(login(at))).kind, 'invalid', String(iss))
    }
    const older = await atProvider(t, {
      metadata: { authorization_response_iss_parameter_supported: undefined },
    })
    older.provider.misbehave({ authorizationResponse: { iss: 'https://other.example' } })
    t.equal((await failureOf(login(older))).kind, 'invalid')
    older.provider.misbehave({ authorizationResponse: { iss: undefined } })
    t.equal((await login(older)).sub, 'sub-of-ender')
    t.equal(at.provider.calls.token, 0, 'a code of another provider is not sent to ours')
  },
)

t.test('the checks of another login fail: state, nonce, verifier', async (t) => {
  const at = await atProvider(t)
  for (const other of [
    { state: 'another' },
    { nonce: 'another' },
    { codeVerifier: 'another-verifier-which-is-long-enough-for-pkce' },
  ]) {
    const failure = await failureOf(
      at.upstream.callback(await goThere(at), { ...checks, ...other }),
    )
    t.equal(failure.kind, 'invalid', JSON.stringify(other))
  }
})

t.test('RFC 6749 §4.1.2: a code is good once', async (t) => {
  const at = await atProvider(t)
  const back = await goThere(at)
  await at.upstream.callback(back, checks)
  t.match(await failureOf(at.upstream.callback(back, checks)), {
    kind: 'invalid',
    providerError: 'invalid_grant',
  })
})

t.test(
  'Core §10.1.1: a new signing key works at once, a known one is not fetched again',
  async (t) => {
    const at = await atProvider(t)
    await login(at)
    await login(at)
    t.equal(at.provider.calls.jwks, 1)
    await at.provider.rotateKey()
    t.equal((await login(at)).sub, 'sub-of-ender')
    t.equal(at.provider.calls.jwks, 2)
    t.equal(at.provider.calls.discovery, 1)
  },
)

t.test('state tells the last contact; what a browser carries is none', async (t) => {
  const at = await atProvider(t)
  t.equal(at.upstream.state, 'unknown')
  await login(at)
  t.equal(at.upstream.state, 'reachable')
  for (const error of ['server_error', 'invalid_client', 'access_denied']) {
    at.provider.misbehave({ authorizationResponse: { code: undefined, error } })
    await failureOf(login(at))
    t.equal(at.upstream.state, 'reachable', error)
  }
  at.provider.misbehave({ answers: { token: 503 } })
  await failureOf(login(at))
  t.equal(at.upstream.state, 'unreachable')
  at.provider.misbehave({ answers: { token: { status: 401, error: 'invalid_client' } } })
  await failureOf(login(at))
  t.equal(at.upstream.state, 'misconfigured')
  at.provider.misbehave()
  await login(at)
  t.equal(at.upstream.state, 'reachable')
})

t.test('attack: codes that anybody made up show nothing in the health of a provider', async (t) => {
  const at = await atProvider(t)
  await login(at)
  const said = ['invalid_grant', 'invalid_request', 'invalid_scope', 'junk'].map((error) => ({
    status: 400,
    error,
  }))
  for (const token of [...said, 400, 403, 413, 422]) {
    const back = await goThere(at)
    back.searchParams.set('code', 'AAAA')
    at.provider.misbehave({ answers: { token } })
    t.equal((await failureOf(at.upstream.callback(back, checks))).kind, 'invalid')
    t.equal(at.upstream.state, 'reachable', JSON.stringify(token))
    at.provider.misbehave()
  }
})

t.test('an endpoint that moved is found a minute after the first login that failed', async (t) => {
  const at = await atProvider(t)
  at.provider.misbehave({ metadata: { token_endpoint: `${at.provider.issuer}/gone` } })
  t.equal((await failureOf(login(at))).kind, 'misconfigured')
  at.provider.misbehave()
  at.clock.now += 60_000
  t.equal((await login(at)).sub, 'sub-of-ender')
})
