/** What a session of the 2025 revisions begins with, and what it answers (MCP 2025-11-25 Lifecycle, Ping, Progress). */
import t from 'tap'
import { beginSession, initialize, message, startHouse, wireSession } from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())
const token = await house.gateway.mint()

t.test('MCP 2025-11-25 Version Negotiation: an unknown version gets the latest', async (t) => {
  for (const version of ['1999-01-01', '2099-01-01', 'x']) {
    const answer = await wireSession(house.mcpUrl, token, '').post(initialize(version))
    t.match(await message(answer), { result: { protocolVersion: '2025-11-25' } }, version)
  }
})

t.test('MCP 2025-11-25 Initialization: all that is offered is declared', async (t) => {
  const answer = await wireSession(house.mcpUrl, token, '').post(initialize())
  const { result } = await message(answer)
  t.match(result, {
    capabilities: {
      tools: {},
      prompts: {},
      resources: { subscribe: true },
      completions: {},
      logging: {},
    },
    serverInfo: { name: String, version: String },
  })
})

t.test('MCP 2025-11-25 Ping: answered with an empty result', async (t) => {
  const session = await beginSession(house, token)
  const answer = await session.post({ jsonrpc: '2.0', id: 'p', method: 'ping' })
  t.strictSame(await answer.json(), { jsonrpc: '2.0', id: 'p', result: {} })
})

t.test('MCP 2025-11-25: who never greeted has no session to ask in', async (t) => {
  const answer = await wireSession(house.mcpUrl, token, '').post({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/list',
  })
  t.equal(answer.status, 400)
  await answer.text()
})
