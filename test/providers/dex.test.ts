/** The gateway at a real Dex: a person with a password there, and Dex's mock connector, chosen by an extra parameter. */
import t, { type Test } from 'tap'
import { publicUrls } from '../../gateway/src/oauth/issuer.ts'
import { createOpenIdProvider } from '../../gateway/src/upstream/openid-provider.ts'
import { createProviders } from '../../gateway/src/upstream/providers.ts'
import { providerSettings } from '../../gateway/src/upstream/read-provider-settings.ts'
import {
  authorizationUrl,
  type Door,
  openDoor,
  redemption,
  type Tokens,
} from '../../gateway/test/support/door.ts'
import { Browser } from '../support/browser.ts'
import { type Dex, startDex } from '../support/dex.ts'

const CALLBACK = 'http://localhost:3000/callback'

function doorAt(t: Test, dex: Dex, more: Record<string, string> = {}): Promise<Door> {
  return openDoor(
    t,
    {
      OIDC_ISSUER: dex.issuer,
      OIDC_CLIENT_SECRET: dex.clientSecret,
      OIDC_SCOPES: 'openid profile email groups federated:id',
      STUDENT_ID_CLAIM: 'federated_claims.user_id',
      ROLES_CLAIM: 'groups',
      STUDENT_ROLE: 'students',
      INSTRUCTOR_ROLE: 'authors',
      ...more,
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
}

/** From /authorize to the tokens; `atDex` brings the person back from there. */
async function connect(door: Door, atDex: (address: string) => Promise<URL>): Promise<Tokens> {
  const client = await door.register()
  const browser = door.browser()
  const { url, verifier } = authorizationUrl(client)
  const left = await browser.submit(await browser.get(url), 'allow')
  const back = await atDex(String(left.headers.location))
  const came = await browser.get(back.pathname + back.search)
  // Dex may say nothing of when the person logged in: then the person says who they are.
  const answer = came.statusCode === 200 ? await browser.submit(came, 'continue') : came
  const code = new URL(String(answer.headers.location)).searchParams.get('code') ?? ''
  const tokens = (await door.post('/token', redemption(client, { code, verifier }))).json<Tokens>()
  const refreshed = await door.post('/token', {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    client_id: client.client_id,
  })
  return refreshed.json<Tokens>()
}

t.test('Dex', async (t) => {
  const dex = await startDex(t, CALLBACK)

  await t.test(
    'a person with a password there is a student here, and after a refresh',
    async (t) => {
      const door = await doorAt(t, dex, { OIDC_AUTHORIZATION_PARAMETERS: 'connector_id=local' })
      const tokens = await connect(door, async (address) => {
        const browser = new Browser(CALLBACK)
        const page = await browser.open(new URL(address))
        const [form] = page.forms
        if (!form) throw new Error(`Dex shows no form: ${page.body}`)
        const landed = await browser.submit(page, form, {
          login: 'ender@school.example',
          password: dex.password,
        })
        return landed.url
      })
      t.match(tokens.access_token, /^bsg_at_/)
      t.match(door.logs.join(''), /"audit":"grant_opened".*"student_id":"BS-2401"/)
    },
  )

  await t.test(
    'an extra parameter leads to its mock connector: an instructor by group',
    async (t) => {
      const door = await doorAt(t, dex, { OIDC_AUTHORIZATION_PARAMETERS: 'connector_id=mock' })
      const tokens = await connect(door, async (address) => {
        const landed = await new Browser(CALLBACK).open(new URL(address))
        return landed.url
      })
      t.match(tokens.access_token, /^bsg_at_/)
      const opened = door.logs.find((line) => line.includes('"audit":"grant_opened"')) ?? ''
      t.notMatch(opened, 'student_id')
      t.match(opened, /instructor/)
    },
  )

  await t.test('its client secret is wrong: our fault, loud, and no access', async (t) => {
    const door = await doorAt(t, dex, {
      OIDC_CLIENT_SECRET: 'another secret',
      OIDC_AUTHORIZATION_PARAMETERS: 'connector_id=mock',
    })
    const client = await door.register()
    const browser = door.browser()
    const left = await browser.submit(await browser.get(authorizationUrl(client).url), 'allow')
    const { url } = await new Browser(CALLBACK).open(new URL(String(left.headers.location)))
    const answer = await browser.get(url.pathname + url.search)
    t.match(answer.headers.location, /error=server_error/)
    t.match((await door.app.inject({ url: '/readyz' })).json(), {
      providers: { default: { state: 'misconfigured' } },
    })
  })
})
