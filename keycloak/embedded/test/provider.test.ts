/** The embedded provider as a relying party meets it: openid-client, real HTTP, the login form. */
import * as oidc from 'openid-client'
import t, { type Test } from 'tap'
import { Browser } from '../../../test/support/browser.ts'
import { freePort } from '../../../test/support/ports.ts'
import { readRealm } from '../src/realm.ts'
import { serveProvider } from '../src/serve.ts'

const CALLBACK = 'http://localhost:3000/callback'
const realm = readRealm(new URL('../../realm/battle-school-realm.json', import.meta.url), {
  MCP_GATEWAY_CLIENT_SECRET: 'client-secret',
  GATEWAY_PUBLIC_URL: 'http://localhost:3000',
  GATEWAY_INTERNAL_URL: 'http://127.0.0.1:3000',
})

async function open(t: Test): Promise<oidc.Configuration> {
  const port = await freePort()
  const server = serveProvider(`http://localhost:${port}`, realm)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return oidc.discovery(
    new URL(`http://localhost:${port}`),
    'mcp-gateway',
    undefined,
    oidc.ClientSecretPost('client-secret'),
    { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
  )
}

const verifier = oidc.randomPKCECodeVerifier()
const parameters = async () => ({
  redirect_uri: CALLBACK,
  scope: 'openid profile email offline_access',
  state: 'state',
  nonce: 'nonce',
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})

async function logIn(
  provider: oidc.Configuration,
  browser: Browser,
  username: string,
  more: Record<string, string> = {},
) {
  const page = await browser.open(
    oidc.buildAuthorizationUrl(provider, { ...(await parameters()), ...more }),
  )
  const [form] = page.forms
  if (page.status === 0 || !form) return page
  const fields = { username, password: 'battle-school' }
  return browser.submit(page, form, fields, { decision: 'login' })
}

t.test('OpenID Connect Core §3.1: ID token and userinfo carry what Keycloak’s carry', async (t) => {
  const provider = await open(t)
  const back = await logIn(provider, new Browser(CALLBACK), 'ender')
  t.equal(back.url.searchParams.get('iss'), provider.serverMetadata().issuer, 'RFC 9207')
  const tokens = await oidc.authorizationCodeGrant(provider, back.url, {
    expectedState: 'state',
    expectedNonce: 'nonce',
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  })
  const expected = {
    sub: 'b5a00000-0000-4000-8000-000000002401',
    name: 'Ender Wiggin',
    preferred_username: 'ender',
    email: 'ender@battle-school.example',
    email_verified: true,
    groups: ['students'],
    realm_access: { roles: ['student'] },
    student_id: 'BS-2401',
  }
  t.match(tokens.claims(), { ...expected, auth_time: Number, sid: String })
  const userinfo = await oidc.fetchUserInfo(provider, tokens.access_token, expected.sub)
  t.match(userinfo, expected)
  t.ok(tokens.refresh_token, 'offline_access gives a refresh token')
})

t.test('a wrong password and an unknown person get the same words, and no code', async (t) => {
  const provider = await open(t)
  const bodies = new Set<string>()
  for (const [username, password] of [
    ['ender', 'wrong'],
    ['nobody', 'battle-school'],
    ['', ''],
  ] as const) {
    const browser = new Browser(CALLBACK)
    const page = await browser.open(oidc.buildAuthorizationUrl(provider, await parameters()))
    const [form] = page.forms
    if (!form) throw new Error('no login form')
    const refused = await browser.submit(page, form, { username, password }, { decision: 'login' })
    t.equal(refused.status, 401)
    bodies.add(/role="alert">([^<]+)/.exec(refused.body)?.[1] ?? '')
  }
  t.same([...bodies], ['Username or password is wrong.'])
})

t.test(
  'Cancel is access_denied; a live session logs in silently; prompt=login asks again',
  async (t) => {
    const provider = await open(t)
    const browser = new Browser(CALLBACK)
    const page = await browser.open(oidc.buildAuthorizationUrl(provider, await parameters()))
    const [form] = page.forms
    if (!form) throw new Error('no login form')
    const cancelled = await browser.submit(page, form, {}, { decision: 'cancel' })
    t.equal(cancelled.url.searchParams.get('error'), 'access_denied')
    await logIn(provider, browser, 'ender')
    const silent = await browser.open(oidc.buildAuthorizationUrl(provider, await parameters()))
    t.ok(silent.url.searchParams.get('code'))
    const switched = await logIn(provider, browser, 'bean', { prompt: 'login' })
    const tokens = await oidc.authorizationCodeGrant(provider, switched.url, {
      expectedState: 'state',
      expectedNonce: 'nonce',
      pkceCodeVerifier: verifier,
    })
    t.equal(tokens.claims()?.student_id, 'BS-2507', 'as somebody else')
  },
)

t.test(
  'PKCE is required, the redirect URI is exact, the page cannot be framed, markup is text',
  async (t) => {
    const provider = await open(t)
    const { code_challenge: _, code_challenge_method: __, ...bare } = await parameters()
    const browser = new Browser(CALLBACK)
    const refused = await browser.open(oidc.buildAuthorizationUrl(provider, bare))
    t.equal(refused.url.searchParams.get('error'), 'invalid_request')
    const elsewhere = await browser.open(
      oidc.buildAuthorizationUrl(provider, {
        ...(await parameters()),
        redirect_uri: `${CALLBACK}/x`,
      }),
    )
    t.equal(elsewhere.status, 400)
    const page = await browser.open(
      oidc.buildAuthorizationUrl(provider, {
        ...(await parameters()),
        login_hint: '"><script>alert(1)</script>',
        ui_locales: 'ko',
      }),
    )
    t.match(page.headers.get('content-security-policy'), /frame-ancestors 'none'/)
    t.notMatch(page.body, '<script>')
    t.match(page.body, 'lang="ko"')
  },
)
