import t from 'tap'
import { atProvider, checks, failureOf, goThere, login } from '../support/at-provider.ts'
import type { BadAnswer } from '../support/bad-answer.ts'
import type { FakeEndpoint, Misbehaviour } from '../support/fake-provider.ts'

t.test('RFC 6749 §4.1.2.1: what the browser is sent back with', async (t) => {
  const at = await atProvider(t)
  for (const [error, kind] of [
    ['access_denied', 'declined'],
    ['login_required', 'declined'],
    ['interaction_required', 'declined'],
    ['temporarily_unavailable', 'unavailable'],
    ['server_error', 'unavailable'],
    ['invalid_scope', 'misconfigured'],
    ['unauthorized_client', 'misconfigured'],
  ] as const) {
    at.provider.misbehave({ authorizationResponse: { code: undefined, error } })
    t.match(await failureOf(login(at)), { kind, providerError: error }, error)
  }
  t.equal(at.provider.calls.token, 0)
})

const answers: [FakeEndpoint, BadAnswer, string][] = [
  ['token', 500, 'unavailable'],
  ['token', 503, 'unavailable'],
  ['token', 429, 'unavailable'],
  ['token', { status: 503, error: 'invalid_client' }, 'unavailable'],
  ['token', { status: 429, error: 'slow_down' }, 'unavailable'],
  ['token', 'reset', 'unavailable'],
  ['token', { status: 401, error: 'invalid_client' }, 'misconfigured'],
  [
    'token',
    { status: 401, error: 'invalid_client', challenge: 'Basic realm="x"' },
    'misconfigured',
  ],
  ['token', { status: 401, error: 'unauthorized_client' }, 'misconfigured'],
  ['token', { status: 400, error: 'unsupported_grant_type' }, 'misconfigured'],
  ['token', 404, 'misconfigured'],
  ['token', 'redirect', 'misconfigured'],
  ['token', { status: 400, error: 'invalid_grant' }, 'invalid'],
  ['token', { status: 400, error: 'not_allowed' }, 'invalid'],
  // Some providers say so of a code that is none: a stranger may have written it.
  ['token', { status: 400, error: 'invalid_request' }, 'invalid'],
  ['token', { status: 400, error: 'invalid_scope' }, 'invalid'],
  ['token', 400, 'invalid'],
  ['token', 403, 'invalid'],
  ['token', 'html', 'invalid'],
  ['token', 'huge', 'invalid'],
  ['jwks', 500, 'unavailable'],
  ['jwks', 'reset', 'unavailable'],
  ['jwks', 404, 'misconfigured'],
  ['jwks', 'huge', 'invalid'],
  ['userinfo', 500, 'unavailable'],
  ['userinfo', 'reset', 'unavailable'],
  ['userinfo', { status: 401, error: 'x', challenge: 'Bearer error="invalid_token"' }, 'invalid'],
  ['userinfo', 'redirect', 'misconfigured'],
  ['userinfo', 'huge', 'invalid'],
  ['discovery', 500, 'unavailable'],
  ['discovery', 'reset', 'unavailable'],
  ['discovery', 404, 'misconfigured'],
  ['discovery', 'redirect', 'misconfigured'],
  ['discovery', 'html', 'misconfigured'],
  ['discovery', 'huge', 'misconfigured'],
]
for (const [endpoint, answer, kind] of answers) {
  t.test(`${endpoint} answers ${JSON.stringify(answer)}: ${kind}`, async (t) => {
    const at = await atProvider(t)
    at.provider.misbehave({ answers: { [endpoint]: answer } })
    t.equal((await failureOf(login(at))).kind, kind)
    t.same(at.provider.strays, [], 'no redirect was followed')
  })
}

t.test('an endpoint that never answers is unavailable: each wait has an end', async (t) => {
  const kinds = await Promise.all(
    (['discovery', 'token', 'jwks', 'userinfo'] as const).map(async (endpoint) => {
      const at = await atProvider(t)
      at.provider.misbehave({ answers: { [endpoint]: 'hang' } })
      return (await failureOf(login(at))).kind
    }),
  )
  t.same(kinds, ['unavailable', 'unavailable', 'unavailable', 'unavailable'])
})

t.test('nobody at the address is unavailable', async (t) => {
  const at = await atProvider(t)
  await at.provider.close()
  t.equal((await failureOf(at.upstream.loginUrl(checks, {}))).kind, 'unavailable')
  t.equal(at.upstream.state, 'unreachable')
})

t.test('no token, code or secret in a log or an error', async (t) => {
  const at = await atProvider(t)
  const ways: Misbehaviour[] = [
    { idToken: { nonce: 'another' } },
    { signature: 'stranger' },
    { tokens: { token_type: 'unknown' } },
    { userinfo: { sub: 'another' } },
    { authorizationResponse: { code: undefined, error: 'ey.secret said by a browser' } },
    ...answers.map(([endpoint, answer]) => ({ answers: { [endpoint]: answer } })),
  ]
  let told = ''
  for (const way of ways) {
    at.provider.misbehave()
    const back = await goThere(at)
    at.provider.misbehave(way)
    const failed = way.authorizationResponse ? await goThere(at) : back
    const error = await at.upstream.callback(failed, checks).catch((cause: unknown) => cause)
    if (!(error instanceof Error)) continue
    told += `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
    t.notMatch(told, back.searchParams.get('code') ?? 'no code')
    at.clock.now += 3_600_000
  }
  told += at.logs.join('')
  t.match(told, /nonce/, 'what was compared is told')
  for (const secret of [
    'eyJ',
    'access-',
    'refresh-',
    'upstream secret',
    'verifier-of',
    'said by',
  ]) {
    t.notOk(told.includes(secret), secret)
  }
})
