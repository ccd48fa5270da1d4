import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { people } from '../support/gateway.ts'
import {
  ask,
  call,
  connect,
  initialize,
  message,
  startHouse,
  wireSession,
} from '../support/house.ts'
import { modernRequest } from '../support/modern.ts'

// No Redis listens on this port: the outage needs none to be there.
const house = await startHouse({ REDIS_URL: 'redis://127.0.0.1:1' })
t.teardown(() => house.close())

const readers = [
  call('get_student_info', {}, 7),
  call('get_my_army', {}, 7),
  call('get_opponent_army', { armyName: 'Phoenix Army' }, 7),
  { id: 7, method: 'prompts/get', params: { name: 'instructor_message' } },
  { id: 7, method: 'prompts/get', params: { name: 'debrief', arguments: { armyName: 'x' } } },
  { id: 7, method: 'resources/list' },
  { id: 7, method: 'resources/read', params: { uri: 'school://armies/Dragon%20Army' } },
  {
    id: 7,
    method: 'completion/complete',
    params: {
      ref: { type: 'ref/prompt', name: 'debrief' },
      argument: { name: 'armyName', value: 'D' },
    },
  },
]

async function isUnavailable(t: Test, answer: Response, id: string | number) {
  t.equal(answer.status, 503)
  t.match(answer.headers.get('retry-after'), /^\d+$/)
  t.match(answer.headers.get('content-type'), 'application/json')
  t.match(await answer.json(), { jsonrpc: '2.0', id, error: { code: -32000 } })
}

t.test('a store that does not answer is 503 with Retry-After, and no tool error', async (t) => {
  const token = await house.gateway.mint()
  for (const body of readers) await isUnavailable(t, await ask(house, token, body), 7)
})

t.test('2025: no session begins or goes on without its record: 503, never 404', async (t) => {
  const token = await house.gateway.mint()
  const nobody = wireSession(house.mcpUrl, token, '')
  const begun = await nobody.post(initialize())
  await isUnavailable(t, begun, 'initialize')
  t.equal(begun.headers.get('mcp-session-id'), null)
  const session = wireSession(house.mcpUrl, token, randomUUID())
  await isUnavailable(t, await session.post(call('get_my_army', {}, 8)), 8)
  for (const answer of [await session.get(), await session.end()]) {
    t.equal(answer.status, 503)
    t.match(await answer.json(), { error: { code: -32000 }, id: null })
  }
})

t.test('2026-07-28: the SDK’s client sees the 503', async (t) => {
  const client = await connect(house)
  await t.rejects(client.callTool({ name: 'get_my_army', arguments: {} }), {
    message: /503|try again/,
  })
  await t.rejects(client.getPrompt({ name: 'instructor_message' }), { message: /503|try again/ })
  await client.close()
})

t.test('2026-07-28: a store that does not answer is 503, for each tool of battles', async (t) => {
  const time = new Date(Date.now() + 86_400_000).toISOString()
  const opponentName = 'Phoenix Army'
  for (const [name, args] of [
    ['get_standings', {}],
    ['schedule_battle', { opponentName, time }],
    ['simulate_battle', { armyName: 'Dragon Army', opponentName }],
    ['report_battle', { battleId: 'x', winnerName: 'Dragon Army' }],
  ] as const) {
    const claims = name === 'report_battle' ? people.graff : people.ender
    const token = await house.gateway.mint({ claims })
    // A state that came back is looked at first, and needs the store’s key.
    for (const more of [{}, { requestState: 'v1.e30.e30' }]) {
      const params = { name, arguments: args, ...more }
      const answer = await fetch(house.mcpUrl, modernRequest('tools/call', params, token))
      t.equal(answer.status, 503, name)
      t.match(await answer.json(), { error: { code: -32000 } })
    }
  }
})

t.test('what reads no record goes on', async (t) => {
  const token = await house.gateway.mint({ claims: people.graff })
  const list = await ask(house, token, { id: 1, method: 'tools/list' })
  t.equal(list.status, 200)
  t.match(await message(list), { id: 1, result: {} })
  const own = await message(await ask(house, token, call('get_student_info')))
  t.equal(own.result?.isError, true, 'an instructor’s answer needs no record')
})
