/** A company's login that Keycloak brokers: from a bare client to a tool, past no page of Keycloak's own. */
import type { Test } from 'tap'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { authorize } from '../support/person.ts'
import { callTool } from '../support/rpc.ts'
import { companyOf, employee, STRAIGHT_TO_COMPANY } from './company.ts'
import type { House } from './house.ts'

export async function brokeredLogin(t: Test, house: House): Promise<void> {
  const { issuer } = house.keycloak
  const company = companyOf(house)
  await house.withGateways(STRAIGHT_TO_COMPANY, async () => {
    await t.test(
      'a cadet of the company is the student that it says, at both gateways',
      async (t) => {
        const client = await ClaudeClient.register(house.origin)
        const browser = client.browser()
        const { url, verifier } = client.authorization()
        const landed = await authorize(browser, url, employee('tom'))
        const code = landed.url.searchParams.get('code') ?? ''
        t.ok(code, `at last at ${landed.url.pathname}`)
        const visited = browser.visited.map(({ href }) => href)
        t.ok(
          visited.some((address) =>
            address.startsWith(`${company.issuer}/protocol/openid-connect/auth`),
          ),
        )
        const forms = visited.filter((address) => address.includes('/login-actions/authenticate'))
        t.ok(forms.length > 0)
        t.same(
          forms.filter((address) => !address.startsWith(company.issuer)),
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
      const tokens = await client.connect(employee('mazer'))
      t.equal(tokens.scope, 'school:read school:write school:instruct')
      t.equal((await callTool(house.mcpUrl, tokens.access_token)).status, 200)
    })

    await t.test('the company’s cook is nobody here, whatever number he has', async (t) => {
      const client = await ClaudeClient.register(house.origin)
      const { url } = client.authorization()
      const page = await authorize(client.browser(), url, employee('cook'))
      t.equal(page.status, 403)
      t.equal(page.url.origin, house.origin)
    })
  })
}
