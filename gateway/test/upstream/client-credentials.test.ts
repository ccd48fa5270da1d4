import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { atProvider, failureOf, login } from '../support/at-provider.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const clientKey = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'ours', alg: 'ES256' }
const jwk = JSON.stringify({ ...pair.privateKey.export({ format: 'jwk' }), kid: 'ours' })
const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const withoutSecret = { OIDC_CLIENT_SECRET: undefined }

t.test(
  'OpenID Connect Core §9: private_key_jwt, verified by the provider, a fresh one each time',
  async (t) => {
    const at = await atProvider(
      t,
      { clientKey },
      { ...withoutSecret, OIDC_CLIENT_PRIVATE_KEY: jwk },
    )
    t.equal((await login(at)).sub, 'sub-of-ender')
    t.equal((await login(at)).sub, 'sub-of-ender')
    t.same(at.provider.clientAuthentications, ['private_key_jwt', 'private_key_jwt'])
    t.match(at.provider.assertionHeaders, [{ alg: 'ES256', kid: 'ours' }, { kid: 'ours' }])
  },
)

t.test('a PEM with the key id of its own setting', async (t) => {
  const at = await atProvider(
    t,
    { clientKey },
    { ...withoutSecret, OIDC_CLIENT_PRIVATE_KEY: pem, OIDC_CLIENT_KEY_ID: 'ours' },
  )
  t.equal((await login(at)).sub, 'sub-of-ender')
  t.match(at.provider.assertionHeaders, [{ kid: 'ours' }])
})

t.test('RFC 7523 §3: the audience is the issuer, or the token endpoint where asked', async (t) => {
  const settings = { ...withoutSecret, OIDC_CLIENT_PRIVATE_KEY: jwk }
  const strict = await atProvider(t, { clientKey, assertionAudience: 'token_endpoint' }, settings)
  t.match(await failureOf(login(strict)), {
    kind: 'misconfigured',
    providerError: 'invalid_client',
  })
  const older = await atProvider(
    t,
    { clientKey, assertionAudience: 'token_endpoint' },
    { ...settings, OIDC_CLIENT_AUTH_AUDIENCE: 'token_endpoint' },
  )
  t.equal((await login(older)).sub, 'sub-of-ender')
})

t.test('a key that the provider does not know is our misconfiguration, and loud', async (t) => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const key = JSON.stringify({ ...other.export({ format: 'jwk' }), kid: 'ours' })
  const at = await atProvider(t, { clientKey }, { ...withoutSecret, OIDC_CLIENT_PRIVATE_KEY: key })
  t.equal((await failureOf(login(at))).kind, 'misconfigured')
  t.equal(at.upstream.state, 'misconfigured')
})

t.test('OIDC_CLIENT_AUTH decides against what the provider lists', async (t) => {
  for (const method of ['client_secret_basic', 'client_secret_post']) {
    const at = await atProvider(t, {}, { OIDC_CLIENT_AUTH: method })
    await login(at)
    t.same(at.provider.clientAuthentications, [method])
  }
  const both = { OIDC_CLIENT_PRIVATE_KEY: jwk, OIDC_CLIENT_AUTH: 'private_key_jwt' }
  const at = await atProvider(t, { clientKey }, both)
  await login(at)
  t.same(at.provider.clientAuthentications, ['private_key_jwt'])
})
