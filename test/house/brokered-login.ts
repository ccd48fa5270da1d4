/** A company's login that Keycloak brokers: from a bare client to a tool, past no page of Keycloak's own. */
import type { Test } from 'tap'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { authorize } from '../support/person.ts'
import { callTool } from '../support/rpc.ts'
import type { House } from './house.ts'

const PASSWORD = 'company-password'

export async function brokeredLogin(t: Test, house: House): Promise<void> {
  const { company, issuer } = house.keycloak
  if (company === undefined) {
    throw new Error('A brokered login needs a Keycloak that the tests start: unset KEYCLOAK_URL.')
  }
  const hint = { OIDC_AUTHORIZATION_PARAMETERS: 'kc_idp_hint=corporate-sso' }
  await house.withGateways(hint, async () => {
    await t.test(
      'a cadet of the company is the student that it says, at both gateways',
      async (t) => {
        const client = await ClaudeClient.register(house.origin)
        const browser = client.browser()
        const { url, verifier } = client.authorization()
        const tom = { username: 'tom', password: PASSWORD }
        const landed = await authorize(browser, url, tom)
        const code = landed.url.searchParams.get('code') ?? ''
        t.ok(code, `at last at ${landed.url.pathname}`)
        const visited = browser.visited.map(({ href }) => href)
        t.ok(
          visited.some((address) => address.startsWith(`${company}/protocol/openid-connect/auth`)),
        )
        const forms = visited.filter((address) => address.includes('/login-actions/authenticate'))
        t.ok(forms.length > 0)
        t.same(
          forms.filter((address) => !address.startsWith(company)),
          [],
          `no login page of ${issuer}`,
        )
        const redeemed = await client.redeem({ code, verifier })
        const { access_token, refresh_token, scope } = (await redeemed.json()) as Tokens
        t.equal(scope, 'school:read school:write')
        for (let calls = 0; calls < 2; calls++) {
          const own = await callTool(house.mcpUrl, access_token)
          t.match(own.result?.structuredContent, { id: 'BS-2612' })
        }
        t.equal((await client.refresh(refresh_token)).status, 200)
      },
    )

    await t.test('a teacher of the company is an instructor', async (t) => {
      const client = await ClaudeClient.register(house.origin)
      const tokens = await client.connect({ username: 'mazer', password: PASSWORD })
      t.equal(tokens.scope, 'school:read school:write school:instruct')
      t.equal((await callTool(house.mcpUrl, tokens.access_token)).status, 200)
    })

    await t.test('the company’s cook is nobody here, whatever number he has', async (t) => {
      const client = await ClaudeClient.register(house.origin)
      const cook = { username: 'cook', password: PASSWORD }
      const page = await authorize(client.browser(), client.authorization().url, cook)
      t.equal(page.status, 403)
      t.equal(page.url.origin, house.origin)
    })
  })
}
