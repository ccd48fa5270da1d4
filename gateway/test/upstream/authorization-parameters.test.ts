import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { parameterProblems } from '../../src/upstream/authorization-parameters.ts'
import { atProvider, goThere } from '../support/at-provider.ts'

t.test('what a login itself decides is refused, in any spelling', async (t) => {
  for (const name of [
    'client_id',
    'redirect_uri',
    'response_type',
    'response_mode',
    'scope',
    'state',
    'nonce',
    'request',
    'request_uri',
    'code_challenge',
    'code_challenge_method',
    'code_verifier',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'id_token_hint',
    'login_hint',
    'registration',
    'dpop_jkt',
  ]) {
    for (const spelling of [name, name.toUpperCase()]) {
      t.match(parameterProblems({ [spelling]: 'x' }), [/each login decides it/], spelling)
    }
  }
})

t.test('those that providers know are taken', async (t) => {
  const known = {
    kc_idp_hint: 'corporate-sso',
    domain_hint: 'school.example',
    hd: 'school.example',
    prompt: 'select_account',
    audience: 'https://api.school.example',
    acr_values: 'urn:mfa',
    max_age: '3600',
    claims: '{"userinfo":{"groups":null}}',
  }
  t.same(parameterProblems(known), [])
})

t.test('a name or a value that is none is refused, and prompt=none', async (t) => {
  for (const parameters of [
    { '': 'x' },
    { 'a b': 'x' },
    { hd: '' },
    { hd: 'a\r\nb' },
    { hd: 'x'.repeat(1025) },
    { prompt: 'none' },
    { prompt: 'login none' },
  ]) {
    t.equal(parameterProblems(parameters).length, 1, JSON.stringify(parameters))
  }
})

t.test('OIDC_AUTHORIZATION_PARAMETERS is a query, each name once', async (t) => {
  const good = {
    SECRET_KEY: 'k'.repeat(32),
    OIDC_ISSUER: 'http://localhost:3002',
    OIDC_CLIENT_SECRET: 'x',
  }
  const read = (text: string) =>
    readConfig({ ...good, OIDC_AUTHORIZATION_PARAMETERS: text }).OIDC_AUTHORIZATION_PARAMETERS
  t.same(read('kc_idp_hint=corporate-sso&claims=%7B%7D'), {
    kc_idp_hint: 'corporate-sso',
    claims: '{}',
  })
  t.throws(() => read('hd=a&hd=b'), /OIDC_AUTHORIZATION_PARAMETERS repeats a name/)
  t.throws(() => read('state=x&nonce=y'), /must not name state[\s\S]*must not name nonce/)
})

t.test('they go with each login, and what the login decides stands above them', async (t) => {
  const at = await atProvider(
    t,
    {},
    { OIDC_AUTHORIZATION_PARAMETERS: 'kc_idp_hint=corporate-sso&prompt=consent&ui_locales=en' },
  )
  await goThere(at)
  await goThere(at, { prompt: 'login', ui_locales: 'ko' })
  t.match(
    at.provider.authorizations.map((parameters) => Object.fromEntries(parameters)),
    [
      { kc_idp_hint: 'corporate-sso', prompt: 'consent', ui_locales: 'en' },
      { kc_idp_hint: 'corporate-sso', prompt: 'login', ui_locales: 'ko' },
    ],
  )
})
