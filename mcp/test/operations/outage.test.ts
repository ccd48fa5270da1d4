import t from 'tap'
import { people } from '../support/gateway.ts'
import { call, connect, message, post, startHouse } from '../support/house.ts'

// No Redis listens on this port: the outage needs none to be there.
const house = await startHouse({ REDIS_URL: 'redis://127.0.0.1:1' })
t.teardown(() => house.close())

const readers = [
  call('get_student_info', {}, 7),
  call('get_my_army', {}, 7),
  call('get_opponent_army', { armyName: 'Phoenix Army' }, 7),
  { jsonrpc: '2.0', id: 7, method: 'prompts/get', params: { name: 'instructor_message' } },
]

t.test(
  '2025: a store that does not answer is 503 with Retry-After, and no tool error',
  async (t) => {
    const token = await house.gateway.mint()
    for (const body of readers) {
      const answer = await post(house, token, body)
      t.equal(answer.status, 503)
      t.match(answer.headers.get('retry-after'), /^\d+$/)
      t.match(answer.headers.get('content-type'), 'application/json')
      t.match(await answer.json(), { jsonrpc: '2.0', id: 7, error: { code: -32000 } })
    }
  },
)

t.test('2026-07-28: the SDK’s client sees the 503', async (t) => {
  const client = await connect(house)
  await t.rejects(client.callTool({ name: 'get_my_army', arguments: {} }), {
    message: /503|try again/,
  })
  await t.rejects(client.getPrompt({ name: 'instructor_message' }), { message: /503|try again/ })
  await client.close()
})

t.test('what reads no record goes on', async (t) => {
  const token = await house.gateway.mint({ claims: people.graff })
  const list = await post(house, token, { jsonrpc: '2.0', id: 1, method: 'tools/list' })
  t.equal(list.status, 200)
  t.match(await message(list), { id: 1, result: {} })
  const own = await message(await post(house, token, call('get_my_army')))
  t.equal(own.result?.isError, true, 'an instructor’s answer needs no record')
})
