import t from 'tap'
import { createAdmission } from '../../../src/clients/admission.ts'
import { readClientDocument } from '../../../src/clients/documents/client-id-metadata-document.ts'
import { chatgpt } from '../../../src/clients/known-documents/chatgpt.ts'
import { OPEN } from '../../support/admission.ts'

const ID = 'https://app.example.com/client.json'
const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }] }
const document = (more: Record<string, unknown> = {}) => ({
  client_id: ID,
  client_name: 'App',
  redirect_uris: ['https://app.example.com/callback', 'http://127.0.0.1/callback'],
  ...more,
})
const read = (more?: Record<string, unknown>) =>
  readClientDocument(ID, document(more), createAdmission(OPEN))
const invalid = { name: 'ClientDocumentError', reason: 'invalid' }

t.test('CIMD §4.1: a document becomes a client whose id is its URL', async (t) => {
  t.match(read(), {
    client_id: ID,
    origin: 'document',
    client_name: 'App',
    redirect_uris: ['https://app.example.com/callback', 'http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  })
})

t.test('CIMD §4.1: client_id has to be the URL, by simple string comparison', async (t) => {
  for (const client_id of [
    undefined,
    null,
    '',
    `${ID}/`,
    `${ID}?`,
    'https://APP.example.com/client.json',
    'https://app.example.com:443/client.json',
    'https://evil.example.com/client.json',
    [ID],
  ]) {
    t.throws(() => read({ client_id }), invalid, JSON.stringify(client_id))
  }
})

t.test('CIMD §4.1: a shared secret, or a method that needs one, is refused', async (t) => {
  for (const more of [
    { client_secret: 'x' },
    { client_secret: null },
    { client_secret_expires_at: 0 },
    { token_endpoint_auth_method: 'client_secret_post' },
    { token_endpoint_auth_method: 'client_secret_basic' },
    { token_endpoint_auth_method: 'client_secret_jwt' },
    { token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'] },
    { token_endpoint_auth_method: 'private_key_jwt', jwks, client_secret: 'x' },
  ]) {
    t.throws(() => read(more), invalid, JSON.stringify(more))
  }
})

t.test('C29: the strongest method of the document is its only one', async (t) => {
  for (const more of [
    { token_endpoint_auth_method: 'private_key_jwt' },
    { token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'] },
    { token_endpoint_auth_methods_supported: ['private_key_jwt', 'tls_client_auth'] },
    {
      token_endpoint_auth_method: 'none',
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    },
  ]) {
    t.match(read({ ...more, jwks }), { token_endpoint_auth_method: 'private_key_jwt', jwks })
  }
  t.match(readClientDocument(chatgpt.document.client_id, chatgpt.document, createAdmission(OPEN)), {
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
  })
})

t.test('C17: without a word about methods, or with `none`, it is a public client', async (t) => {
  for (const more of [
    {},
    { token_endpoint_auth_method: null },
    { token_endpoint_auth_method: '' },
    { token_endpoint_auth_method: 'none' },
    { token_endpoint_auth_methods_supported: ['none'] },
    { token_endpoint_auth_methods_supported: [] },
    { token_endpoint_auth_methods_supported: null },
    { token_endpoint_auth_methods_supported: ['none', 'tls_client_auth'] },
  ]) {
    t.equal(read(more).token_endpoint_auth_method, 'none', JSON.stringify(more))
  }
})

t.test('a method that is not supported, or not a word, never means `none`', async (t) => {
  for (const more of [
    { token_endpoint_auth_method: 'tls_client_auth' },
    { token_endpoint_auth_methods_supported: ['self_signed_tls_client_auth'] },
    { token_endpoint_auth_method: ['private_key_jwt'], jwks },
    { token_endpoint_auth_method: { private_key_jwt: true }, jwks },
    { token_endpoint_auth_method: 1 },
    { token_endpoint_auth_methods_supported: 'private_key_jwt', jwks },
    { token_endpoint_auth_methods_supported: { 0: 'private_key_jwt' }, jwks },
    { token_endpoint_auth_methods_supported: [['private_key_jwt'], 'none'], jwks },
    { token_endpoint_auth_method: 'Private_Key_JWT', jwks },
  ]) {
    t.throws(() => read(more), invalid, JSON.stringify(more))
  }
})

t.test(
  'RFC 7591 §2: private_key_jwt without usable keys is refused, not made public',
  async (t) => {
    const token_endpoint_auth_method = 'private_key_jwt'
    for (const more of [
      {},
      { jwks: { keys: [] } },
      { jwks: 'x' },
      { jwks, jwks_uri: 'https://app.example.com/jwks' },
      { jwks_uri: 'http://app.example.com/jwks' },
      { jwks_uri: 'https://127.0.0.1/jwks' },
      { jwks_uri: 'https://[::1]/jwks' },
      { jwks_uri: 'https://localhost./jwks' },
      { jwks_uri: 'https://app.example.com:8443/jwks' },
      { jwks_uri: ['https://app.example.com/jwks'] },
      { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
      { jwks: { keys: [{ ...jwks.keys[0], d: 'AAAA' }] } },
    ]) {
      t.throws(() => read({ token_endpoint_auth_method, ...more }), invalid, JSON.stringify(more))
    }
  },
)

t.test('C30: a third grant type, unknown members and a logo do no harm', async (t) => {
  const client = read({
    grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    code_challenge_methods_supported: ['S256'],
    logo_uri: 'https://tracker.example.com/pixel.png',
    contacts: ['x'],
    origin: 'configured',
    may_introspect: true,
    service_scopes: ['school:instruct'],
    client_secret_sha256: 'x',
  })
  t.same(client.grant_types, ['authorization_code', 'refresh_token'])
  t.equal(client.origin, 'document')
  t.notHas(client, { logo_uri: String })
  t.notOk('may_introspect' in client || 'service_scopes' in client)
  t.notOk('client_secret_sha256' in client)
})

t.test('redirect URIs are judged as everybody’s: none that is admitted, no client', async (t) => {
  t.throws(() => read({ redirect_uris: undefined }), invalid)
  t.throws(() => read({ redirect_uris: ['http://app.example.com/callback'] }), invalid)
  t.throws(() => read({ redirect_uris: [document().redirect_uris[0], 'javascript:x'] }), invalid)
  const admission = createAdmission({ ...OPEN, ALLOWED_REDIRECT_HOSTS: ['school.example.com'] })
  t.throws(() => readClientDocument(ID, document(), admission), invalid, 'ALLOWED_REDIRECT_HOSTS')
  const loopback = createAdmission({ ...OPEN, ALLOWED_REDIRECT_HOSTS: ['loopback'] })
  t.same(readClientDocument(ID, document(), loopback).redirect_uris, ['http://127.0.0.1/callback'])
})
