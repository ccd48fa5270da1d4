/** The gateway straight at npm's oidc-provider as it comes: claims only from userinfo, an opaque access token, private_key_jwt. */
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { publicUrls } from '../../gateway/src/oauth/issuer.ts'
import { personIdOf } from '../../gateway/src/students/links.ts'
import { createOpenIdProvider } from '../../gateway/src/upstream/openid-provider.ts'
import { createProviders } from '../../gateway/src/upstream/providers.ts'
import { providerSettings } from '../../gateway/src/upstream/read-provider-settings.ts'
import {
  authorizationUrl,
  openDoor,
  redemption,
  type Tokens,
} from '../../gateway/test/support/door.ts'
import { CookieJar } from '../support/cookie-jar.ts'
import { startUserinfoProvider } from '../support/userinfo-provider.ts'

/** Follows redirects as a browser does, until the address begins with `home`. */
async function follow(address: string, home: string): Promise<URL> {
  const jar = new CookieJar()
  let url = new URL(address)
  for (let hops = 0; hops < 10 && !url.href.startsWith(home); hops++) {
    const cookie = jar.header(url)
    const response = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} })
    jar.take(url, response)
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${url.pathname} answered ${response.status}`)
    url = new URL(location, url)
  }
  return url
}

t.test(
  'a login, the student’s claims from userinfo, and the same again at a refresh',
  async (t) => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const provider = await startUserinfoProvider(t, {
      id: 'mcp-gateway',
      redirectUri: 'http://localhost:3000/callback',
      publicKey: pair.publicKey.export({ format: 'jwk' }),
    })
    const door = await openDoor(
      t,
      {
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_SECRET: undefined,
        OIDC_CLIENT_PRIVATE_KEY: pair.privateKey
          .export({ type: 'pkcs8', format: 'pem' })
          .toString(),
        OIDC_SCOPES: 'openid profile email school',
        // OpenID Connect Core §11: without it no refresh token here.
        OIDC_AUTHORIZATION_PARAMETERS: 'prompt=consent',
        STUDENT_ID_CLAIM: 'employee_id',
        ROLES_CLAIM: 'groups',
      },
      {
        clock: { now: Date.now() },
        providersOf: ({ config, now, log }) =>
          createProviders(
            providerSettings(config).map((settings) =>
              createOpenIdProvider({ settings, urls: publicUrls(config.PUBLIC_URL), now, log }),
            ),
          ),
      },
    )
    const client = await door.register()
    const browser = door.browser()
    const { url, verifier } = authorizationUrl(client)
    const left = await browser.submit(await browser.get(url), 'allow')
    const back = await follow(String(left.headers.location), 'http://localhost:3000/callback')
    // It says nothing of when the person logged in, so the person says who they are.
    const asked = await browser.get(back.pathname + back.search)
    t.match(asked.body, 'Ender Wiggin', 'a name that userinfo alone has')
    const answer = await browser.submit(asked, 'continue')
    const code = new URL(String(answer.headers.location)).searchParams.get('code') ?? ''
    t.match(code, /^bsg_ac_/)
    const tokens = (
      await door.post('/token', redemption(client, { code, verifier }))
    ).json<Tokens>()
    t.match(tokens.access_token, /^bsg_at_/)
    const [grant = ''] = await door.store.grantsOf({
      personId: personIdOf(provider.issuer, 'ender'),
    })
    t.ok(grant, 'the person of that issuer and subject')
    t.match(door.logs.join(''), /"audit":"grant_opened".*"student_id":"BS-2401"/)
    t.ok(provider.accessTokens.length > 0)
    for (const token of provider.accessTokens) t.notMatch(token, /\./, 'opaque, no JWT')

    const refreshed = await door.post('/token', {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      client_id: client.client_id,
    })
    t.equal(refreshed.statusCode, 200)
  },
)
