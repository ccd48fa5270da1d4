/** The whole road, from a bare POST /mcp to a student's own data, for each kind of client and of person. */
import type { Test } from 'tap'
import { ClaudeClient } from '../support/claude-client.ts'
import { authorize } from '../support/person.ts'
import { callTool, modernRpc, rpc } from '../support/rpc.ts'
import { type AuthMethod, connectSdk, connectSdkV1, Memory } from '../support/sdk-client.ts'
import type { Door } from './house.ts'

export async function roads(t: Test, door: Door): Promise<void> {
  t.test('the SDK’s own client, public: from a bare 401 to a student’s record', async (t) => {
    const memory = new Memory(door.person('ender'), 'none')
    const { client, close } = await connectSdk(door.mcpUrl, memory)
    t.notHas(memory.clientInformation(), { client_secret: String })
    const { tools } = await client.listTools()
    const names = new Set(tools.map(({ name }) => name))
    for (const name of ['get_student_info', 'get_my_army', 'schedule_battle']) t.ok(names.has(name))
    t.notOk(names.has('report_battle'), 'what is for instructors is not listed')
    const own = await client.callTool({ name: 'get_student_info', arguments: {} })
    t.match(own.structuredContent, { id: 'BS-2401', name: 'Ender Wiggin', aptitudeScore: 99 })
    const other = await client.callTool({
      name: 'get_student_info',
      arguments: { studentName: 'Bonzo Madrid' },
    })
    t.strictSame(other.structuredContent, {
      name: 'Bonzo Madrid',
      army: 'Salamander Army',
      rank: 'Commander',
      specialization: 'Command',
    })
    const army = await client.callTool({ name: 'get_my_army', arguments: {} })
    t.match(army.structuredContent, { name: 'Dragon Army', myRank: 'Commander' })
    const near = await client.callTool({
      name: 'get_opponent_army',
      arguments: { armyName: 'Salamandr Army' },
    })
    t.match(near, { isError: true, content: [{ text: /Salamander Army/ }] })
    const { messages } = await client.getPrompt({ name: 'instructor_message' })
    t.match(JSON.stringify(messages), 'Ender')
    await close()
  })

  for (const method of ['client_secret_post', 'client_secret_basic'] satisfies AuthMethod[]) {
    t.test(`the SDK of 2025, confidential by ${method}`, async (t) => {
      const memory = new Memory(door.person('bean'), method)
      const client = await connectSdkV1(door.mcpUrl, memory)
      t.match(memory.clientInformation(), {
        client_secret: /^bsg_cs_/,
        token_endpoint_auth_method: method,
      })
      for (let calls = 0; calls < 2; calls++) {
        const own = await client.callTool({ name: 'get_student_info', arguments: {} })
        t.match(own.structuredContent, { id: 'BS-2507', name: 'Bean' })
      }
      await client.close()
    })
  }

  t.test('Claude as it was in 2025', async (t) => {
    const bare = await fetch(door.mcpUrl, { method: 'POST' })
    t.equal(bare.status, 401)
    t.match(
      bare.headers.get('www-authenticate'),
      `resource_metadata="${door.origin}/.well-known/oauth-protected-resource`,
    )
    const client = await ClaudeClient.register(door.origin)
    t.notHas(client.registered, { client_secret: String })
    const { code, verifier, answer } = await client.code(door.person('dink'))
    t.equal(answer.get('iss'), door.origin, 'RFC 9207 §2: the answer names its issuer')
    const redeemed = await client.redeem({ code, verifier })
    t.equal(redeemed.headers.get('cache-control'), 'no-store')
    const tokens = (await redeemed.json()) as { access_token: string; refresh_token: string }
    t.match(tokens, {
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: /^bsg_at_/,
      refresh_token: /^bsg_rt_/,
      scope: 'school:read school:write',
    })
    const protocolVersion = '2025-06-18'
    const clientInfo = { name: 'claude-ai', version: '0.1.0' }
    const greeting = { protocolVersion, capabilities: {}, clientInfo }
    const greeted = await rpc(door.mcpUrl, tokens.access_token, 'initialize', greeting, 0)
    t.match(greeted.result, { protocolVersion, serverInfo: { name: 'battle-school' } })
    const session = { 'mcp-session-id': greeted.headers.get('mcp-session-id') ?? '' }
    const ask = (token: string, name: string) =>
      rpc(door.mcpUrl, token, 'tools/call', { name, arguments: {} }, 1, session)
    const army = await ask(tokens.access_token, 'get_my_army')
    t.match(army.result?.structuredContent, { name: 'Phoenix Army', myRank: 'Toon Leader' })

    const refreshed = await client.refresh(tokens.refresh_token)
    const next = (await refreshed.json()) as { access_token: string }
    const own = await ask(next.access_token, 'get_student_info')
    t.match(own.result?.structuredContent, { id: 'BS-2389', name: 'Dink Meeker' })

    t.equal((await client.revoke(next.access_token)).status, 200)
    t.equal((await callTool(door.mcpUrl, next.access_token)).status, 401)
  })

  t.test('an instructor is one, and has no record', async (t) => {
    const client = await ClaudeClient.register(door.origin)
    const tokens = await client.connect(door.person('graff'))
    t.equal(tokens.scope, 'school:read school:write school:instruct')
    const own = await callTool(door.mcpUrl, tokens.access_token)
    t.match(own.result, { isError: true, content: [{ text: /instructor/ }] })
    const params = { name: 'get_student_info', arguments: { studentName: 'Bean' } }
    const bean = await modernRpc(door.mcpUrl, tokens.access_token, 'tools/call', params)
    t.match(bean.result?.structuredContent, { id: 'BS-2507', aptitudeScore: 95 })
  })

  t.test(
    'valentine is not enrolled: she is told whom to ask, and her client is told',
    async (t) => {
      const client = await ClaudeClient.register(door.origin)
      const { url, state } = client.authorization()
      const page = await authorize(client.browser(), url, door.person('valentine'))
      t.equal(page.status, 403)
      t.equal(page.url.origin, door.origin)
      t.match(page.body, /ask/i)
      const [back, ...more] = page.links
      t.same(more, [])
      t.ok(back?.href.startsWith(client.redirectUri))
      t.match(Object.fromEntries(back?.searchParams ?? []), {
        error: 'access_denied',
        state,
        iss: door.origin,
      })
      t.notOk(back?.searchParams.has('code'))
    },
  )
}
