/** An administrator ends a person's session in Keycloak, which tells the gateway (OpenID Connect Back-Channel Logout 1.0). */
import type { Test } from 'tap'
import { ClaudeClient } from '../support/claude-client.ts'
import { callTool } from '../support/rpc.ts'
import { connected } from './cut-off.ts'
import type { House } from './house.ts'

export async function endedSession(t: Test, house: House): Promise<void> {
  const { admin } = house.keycloak

  t.test(
    'OpenID Connect Back-Channel Logout §2.7: an administrator ends the session: calls are refused and streams closed at both gateways within 2 s',
    async (t) => {
      const person = { ...house.person('petra'), studentId: 'BS-2701' }
      await admin.addStudent(person)
      const client = await ClaudeClient.register(house.origin)
      const tokens = await client.connect(person)
      const [session, ...more] = await admin.sessions('petra')
      if (session === undefined) throw new Error('Keycloak knows of no session')
      t.same(more, [])
      const elsewhere = await client.connect(person)
      const connection = await connected(t, house.gateways, tokens.access_token)

      const asked = house.outward.log.length
      await connection.isEndedBy(t, () => admin.endSession(session))

      const told = house.outward.log.slice(asked).filter(({ path }) => /logout/.test(path))
      t.match(told, [{ method: 'POST', path: '/backchannel-logout', status: 200 }], 'by Keycloak')
      const refreshed = await client.refresh(tokens.refresh_token)
      t.equal(refreshed.status, 400)
      t.match(await refreshed.json(), { error: 'invalid_grant' })
      const other = await callTool(house.mcpUrl, elsewhere.access_token)
      t.equal(other.status, 200, 'another session of the same person goes on')
      const again = await client.connect(person)
      t.equal((await callTool(house.mcpUrl, again.access_token)).status, 200, 'after a new login')
    },
  )
}
