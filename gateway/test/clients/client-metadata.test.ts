import t from 'tap'
import { createAdmission } from '../../src/clients/admission.ts'
import { readClientMetadata } from '../../src/clients/client-metadata.ts'
import { OPEN } from '../support/admission.ts'

const redirect_uris = ['https://app.example.com/callback']
const read = (body: unknown) => readClientMetadata(body, createAdmission(OPEN))
const readWith = (more: Record<string, unknown>) => read({ redirect_uris, ...more })

t.test('RFC 7591 §2: what is unknown is dropped, what decides is kept', async (t) => {
  t.strictSame(readWith({ client_name: 'App', contacts: ['x'], logo_uri: 'https://a.example/l' }), {
    client_name: 'App',
    application_type: 'web',
    redirect_uris,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  })
})

t.test('RFC 7591 §3.2.2: a body that is no object is invalid_client_metadata', async (t) => {
  for (const body of [undefined, null, '', 'x', 1, true, [], [{ redirect_uris }]]) {
    t.throws(() => read(body), { code: 'invalid_client_metadata' }, JSON.stringify(body))
  }
})

t.test('C16: null, empty and wrongly typed members count as absent', async (t) => {
  const absent = read({ redirect_uris })
  for (const value of [null, '', '   ', 1, {}, []]) {
    t.strictSame(
      readWith({
        client_name: value,
        client_uri: value,
        scope: value,
        software_id: value,
        software_version: value,
        application_type: value,
        require_pushed_authorization_requests: value,
        dpop_bound_access_tokens: value,
      }),
      absent,
      JSON.stringify(value),
    )
  }
  t.equal(readWith({ token_endpoint_auth_method: null }).token_endpoint_auth_method, 'none')
})

t.test('C17: the method that is asked for, or a refusal that names what there is', async (t) => {
  for (const method of ['none', 'client_secret_post', 'client_secret_basic']) {
    const client = readWith({ token_endpoint_auth_method: method })
    t.equal(client.token_endpoint_auth_method, method)
  }
  for (const method of ['client_secret_jwt', 'tls_client_auth', 'NONE', 1, ['none'], {}]) {
    t.throws(() => readWith({ token_endpoint_auth_method: method }), {
      code: 'invalid_client_metadata',
      description: /none, client_secret_post, client_secret_basic, private_key_jwt/,
    })
  }
})

t.test('RFC 7591 §2: keys only where they are used', async (t) => {
  const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }] }
  t.notOk('jwks' in readWith({ jwks }))
  t.match(readWith({ jwks, token_endpoint_auth_method: 'private_key_jwt' }), { jwks })
})

t.test('C20: redirect URIs are judged one by one; a hostile one refuses all', async (t) => {
  const uris = [...redirect_uris, 'http://localhost/cb', 'http://app.example.com/', 'cursor://x']
  t.same(read({ redirect_uris: uris }).redirect_uris, uris.slice(0, 2))
  t.same(read({ redirect_uris: [...redirect_uris, ...redirect_uris] }).redirect_uris, redirect_uris)
  for (const hostile of ['javascript:x', '/cb', 'https://a.example/#', 'data:x', 1, null, {}]) {
    const body = { redirect_uris: [...redirect_uris, hostile] }
    t.throws(() => read(body), { code: 'invalid_redirect_uri' }, JSON.stringify(hostile))
  }
  for (const redirect_uris of [undefined, null, 'https://a.example/cb', {}, [], ['cursor://x']]) {
    t.throws(() => read({ redirect_uris }), { code: 'invalid_redirect_uri' })
  }
  const many = (count: number) => ({
    redirect_uris: Array.from({ length: count }, (_, at) => `https://a.example/${at}`),
  })
  t.equal(read(many(32)).redirect_uris.length, 32)
  t.throws(() => read(many(33)), { code: 'invalid_redirect_uri' })
})

t.test('C18: application_type is honoured, and refuses nobody', async (t) => {
  const loopback = ['http://127.0.0.1/cb']
  t.equal(read({ redirect_uris: loopback }).application_type, 'native')
  t.equal(read({ redirect_uris: loopback, application_type: 'web' }).application_type, 'web')
  t.equal(readWith({ application_type: 'native' }).application_type, 'native')
  t.equal(readWith({ application_type: 'toaster' }).application_type, 'web')
})

t.test('claims are bounded and hold no control characters', async (t) => {
  t.equal(readWith({ client_name: `  a\r\nb\u0000c  ` }).client_name, 'a  b c')
  t.equal(readWith({ client_name: 'x'.repeat(9_999) }).client_name?.length, 200)
  t.equal(readWith({ scope: 'x'.repeat(9_999) }).scope?.length, 1024)
  for (const client_uri of ['javascript:x', 'data:text/html,x', 'x', '//a.example', 'https://']) {
    t.notOk('client_uri' in readWith({ client_uri }), client_uri)
  }
  t.equal(readWith({ client_uri: 'https://a.example/' }).client_uri, 'https://a.example/')
})

t.test('members of every object are no metadata', async (t) => {
  const body = JSON.parse(
    `{"redirect_uris":${JSON.stringify(redirect_uris)},"__proto__":{"token_endpoint_auth_method":"private_key_jwt"},"constructor":1}`,
  )
  t.strictSame(read(body), read({ redirect_uris }))
})
