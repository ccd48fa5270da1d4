/** A role that is taken away in Keycloak takes its tools along, at the next refresh and without a login (docs/adr/0024). */
import type { Test } from 'tap'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { callTool, modernRpc } from '../support/rpc.ts'
import { connected } from './cut-off.ts'
import type { House } from './house.ts'

const TOOL = 'report_battle'

export async function removedRole(t: Test, house: House): Promise<void> {
  const { admin } = house.keycloak

  await house.withGateways({ UPSTREAM_CHECK: 'always' }, (gateways) =>
    t.test(
      'a role is taken away in Keycloak: after the next refresh its tool is gone, and the token from before is refused',
      async (t) => {
        const person = { ...house.person('rose'), studentId: 'BS-2156', roles: ['instructor'] }
        await admin.addStudent(person)
        const client = await ClaudeClient.register(house.origin)
        const before = await client.connect(person)
        t.equal(before.scope, 'school:read school:write school:instruct')
        const connection = await connected(t, gateways, before.access_token)
        for (const { origin } of gateways) {
          t.ok((await toolsAt(origin, before)).has(TOOL))
        }

        await admin.takeRole(person.username, 'instructor')
        const logins = house.outward.log.length
        const refreshed = await connection.isEndedBy(t, () => client.refresh(before.refresh_token))
        t.equal(refreshed.status, 200, 'a student is left')
        const after = (await refreshed.json()) as Tokens
        t.equal(after.scope, 'school:read school:write')
        for (const { origin } of gateways) {
          const tools = await toolsAt(origin, after)
          t.notOk(tools.has(TOOL))
          t.ok(tools.has('schedule_battle'), 'what a student may is left')
          const refused = await callTool(`${origin}/mcp`, after.access_token, TOOL)
          t.match(refused, { status: 200, error: { code: Number } }, 'nor can it be called')
          t.notOk(refused.result)
          t.match(await callTool(`${origin}/mcp`, after.access_token), {
            result: { structuredContent: { id: 'BS-2156' } },
          })
        }
        const asked = house.outward.log.slice(logins).map(({ path }) => path)
        t.notOk(asked.includes('/authorize'), 'nobody logged in')
      },
    ),
  )
}

async function toolsAt(origin: string, { access_token }: Tokens): Promise<Set<string>> {
  const { result } = await modernRpc(`${origin}/mcp`, access_token, 'tools/list')
  const { tools } = result as { tools: { name: string }[] }
  return new Set(tools.map(({ name }) => name))
}
