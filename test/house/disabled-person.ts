/** A person who is disabled in Keycloak: nobody tells the gateway, so it asks when the client refreshes (docs/adr/0024). */
import type { Test } from 'tap'
import { ClaudeClient } from '../support/claude-client.ts'
import { callTool } from '../support/rpc.ts'
import { connected } from './cut-off.ts'
import type { House } from './house.ts'

export async function disabledPerson(t: Test, house: House): Promise<void> {
  const { admin } = house.keycloak

  await house.withGateways({ UPSTREAM_CHECK: 'always' }, (gateways) =>
    t.test('a person is disabled in Keycloak: the next refresh is invalid_grant', async (t) => {
      const person = { ...house.person('soup'), studentId: 'BS-2345' }
      await admin.addStudent(person)
      const client = await ClaudeClient.register(house.origin)
      const first = await client.connect(person)
      const refreshed = await client.refresh(first.refresh_token)
      t.equal(refreshed.status, 200, 'while the person may log in')
      const tokens = (await refreshed.json()) as typeof first
      const connection = await connected(t, gateways, tokens.access_token)

      await admin.setEnabled(person.username, false)
      const refused = await connection.isEndedBy(t, () => client.refresh(tokens.refresh_token))
      t.equal(refused.status, 400)
      t.match(await refused.json(), { error: 'invalid_grant' })

      await admin.setEnabled(person.username, true)
      t.equal((await client.refresh(tokens.refresh_token)).status, 400, 'what is over stays over')
      const again = await client.connect(person)
      t.equal((await callTool(house.mcpUrl, again.access_token)).status, 200, 'after a new login')
    }),
  )
}
