/** Tokens that are real and not for this door, and a callback in the wrong browser. */
import type { Test } from 'tap'
import { Browser } from '../support/browser.ts'
import { ClaudeClient } from '../support/claude-client.ts'
import { authorize, press, proceed } from '../support/person.ts'
import { callTool } from '../support/rpc.ts'
import type { House } from './house.ts'
import { keycloakTokens } from './keycloak-login.ts'

export async function strangers(t: Test, house: House): Promise<void> {
  t.test('the inward assertion is no token at the door', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const { access_token } = await client.connect(house.person('ender'))
    t.equal((await callTool(house.mcpUrl, access_token)).status, 200)
    const assertion = house.inward.log.at(-1)?.authorization?.replace(/^Bearer /, '') ?? ''
    t.equal(assertion.split('.').length, 3, 'a JWT went inward')
    t.notMatch(assertion, access_token, 'and not the client’s token')
    t.equal((await callTool(house.mcpUrl, assertion)).status, 401)
  })

  t.test('Keycloak’s own tokens are none here', async (t) => {
    const tokens = await keycloakTokens(house, 'ender')
    for (const kind of ['access_token', 'id_token', 'refresh_token'] as const) {
      t.equal(tokens[kind]?.split('.').length, 3, `${kind} is a JWT of Keycloak`)
      const answer = await callTool(house.mcpUrl, tokens[kind] ?? '')
      t.equal(answer.status, 401, kind)
      t.match(answer.headers.get('www-authenticate'), /^Bearer .*error="invalid_token"/)
    }
  })

  t.test(
    'a callback in another browser is refused, and takes nothing from its owner',
    async (t) => {
      const client = await ClaudeClient.register(house.origin)
      const { url, state } = client.authorization()
      // The owner stops just before the gateway's callback.
      const owner = new Browser(`${house.origin}/callback`)
      const stopped = await authorize(owner, url, house.person('ender'))
      t.equal(stopped.url.pathname, '/callback')
      t.ok(stopped.url.searchParams.has('code'))

      const other = client.browser()
      const refused = await other.open(stopped.url)
      t.equal(refused.status, 400)
      t.equal(refused.url.origin, house.origin)
      t.notMatch(refused.body, 'bsg_ac_')

      // Neither with a transaction of their own under way.
      await press(other, await other.open(client.authorization().url), 'allow')
      t.equal((await other.open(stopped.url)).status, 400)

      owner.leaveAt = client.redirectUri
      const landed = await proceed(owner, await owner.open(stopped.url), house.person('ender'))
      t.match(Object.fromEntries(landed.url.searchParams), { state, code: /^bsg_ac_/ })
      t.equal((await owner.open(stopped.url)).status, 400, 'once')
    },
  )

  t.test('the consent form of one browser is none in another', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const page = await client.browser().open(client.authorization().url)
    const refused = await press(client.browser(), page, 'allow')
    t.equal(refused.status, 400)
    t.equal(refused.url.href, `${house.origin}/authorize/process`)
  })
}
