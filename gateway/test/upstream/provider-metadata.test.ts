import t from 'tap'
import { atProvider, checks, failureOf, login, upstreamOf } from '../support/at-provider.ts'
import { startFakeProvider } from '../support/fake-provider.ts'

const PUBLIC = 'https://id.school.example'

t.test('OpenID Connect Discovery §4.3: another issuer is refused', async (t) => {
  const at = await atProvider(t)
  for (const issuer of ['https://other.example', `${at.provider.issuer}/`.repeat(2), 'no url', 5]) {
    at.provider.misbehave({ metadata: { issuer } })
    t.equal((await failureOf(at.upstream.loginUrl(checks, {}))).kind, 'misconfigured')
    at.clock.now += 60_000
  }
})

t.test('the internal address is read in place of the public one, for discovery only', async (t) => {
  const provider = await startFakeProvider({ issuer: PUBLIC })
  t.teardown(() => provider.close())
  const at = { provider, ...upstreamOf(provider, { OIDC_DISCOVERY_URL: provider.discoveryUrl }) }
  t.match(await login(at), { iss: PUBLIC, sub: 'sub-of-ender' })
  const loginUrl = await at.upstream.loginUrl(checks, {})
  t.equal(loginUrl.origin, PUBLIC, 'the browser goes to the public address')
  t.same(provider.calls, { discovery: 1, authorize: 1, token: 1, jwks: 1, userinfo: 1 })
})

t.test('a document at the internal address that names another issuer is refused', async (t) => {
  const provider = await startFakeProvider({ issuer: 'https://liar.example' })
  t.teardown(() => provider.close())
  const { upstream } = upstreamOf(
    { ...provider, issuer: PUBLIC },
    { OIDC_DISCOVERY_URL: provider.discoveryUrl },
  )
  t.match(await failureOf(upstream.loginUrl(checks, {})), {
    kind: 'misconfigured',
    message: /issuer/,
  })
})

t.test(
  'an issuer that is written as a /.well-known/ address has its issuer compared too',
  async (t) => {
    const provider = await startFakeProvider()
    t.teardown(() => provider.close())
    const { upstream } = upstreamOf({ ...provider, issuer: provider.discoveryUrl })
    t.match(await failureOf(upstream.loginUrl(checks, {})), {
      kind: 'misconfigured',
      message: /issuer/,
    })
    t.equal(provider.calls.discovery, 1)
  },
)

t.test(
  'plain http is for loopback and the internal origin, wherever the document points',
  async (t) => {
    for (const name of [
      'token_endpoint',
      'jwks_uri',
      'userinfo_endpoint',
      'authorization_endpoint',
    ]) {
      for (const value of [
        'http://elsewhere.example/x',
        'ftp://127.0.0.1/x',
        'javascript:1',
        'x',
      ]) {
        const provider = await startFakeProvider({ issuer: PUBLIC, metadata: { [name]: value } })
        t.teardown(() => provider.close())
        const { upstream } = upstreamOf(provider, { OIDC_DISCOVERY_URL: provider.discoveryUrl })
        t.match(
          await failureOf(upstream.loginUrl(checks, {})),
          { kind: 'misconfigured', message: new RegExp(name) },
          `${name} ${value}`,
        )
      }
    }
  },
)

t.test('a loopback port that is not the internal origin is not for a public issuer', async (t) => {
  const metadata = { token_endpoint: 'http://127.0.0.1:1/token' }
  const provider = await startFakeProvider({ issuer: PUBLIC, metadata })
  t.teardown(() => provider.close())
  const { upstream } = upstreamOf(provider, { OIDC_DISCOVERY_URL: provider.discoveryUrl })
  t.match(await failureOf(upstream.loginUrl(checks, {})), { message: /token_endpoint/ })
})

t.test('no browser is sent to the internal origin', async (t) => {
  const provider = await startFakeProvider({ issuer: PUBLIC })
  t.teardown(() => provider.close())
  const internal = new URL('/authorize', provider.discoveryUrl).href
  provider.misbehave({ metadata: { authorization_endpoint: internal } })
  const { upstream } = upstreamOf(provider, { OIDC_DISCOVERY_URL: provider.discoveryUrl })
  t.match(await failureOf(upstream.loginUrl(checks, {})), { message: /authorization_endpoint/ })
})

t.test('OpenID Connect Discovery §3: an address that is required is missing', async (t) => {
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
    const at = await atProvider(t, { metadata: { [name]: undefined } })
    t.match(await failureOf(at.upstream.loginUrl(checks, {})), {
      kind: 'misconfigured',
      message: new RegExp(name),
    })
  }
})
