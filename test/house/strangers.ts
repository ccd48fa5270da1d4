/** Tokens that are real and not for this door. */
import type { Test } from 'tap'
import { ClaudeClient } from '../support/claude-client.ts'
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
}
