/** MCP, "Security Best Practices", "Session Hijacking": what somebody does who knows another's session, stream or question. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { fixtureServer } from '../support/fixture-server.ts'
import { people } from '../support/gateway.ts'
import {
  beginSession,
  call,
  initialize,
  startHouse,
  type WireSession,
  wireSession,
} from '../support/house.ts'
import { readSse } from '../support/sse.ts'

const fixture = fixtureServer()
const house = await startHouse({}, { createServer: fixture.createServer })
t.teardown(() => house.close())
const ender = await house.gateway.mint({ claims: people.ender })
const bean = await house.gateway.mint({ claims: people.bean })

async function view(session: WireSession, lastEventId: string) {
  return await session.get({ accept: 'text/event-stream', 'last-event-id': lastEventId })
}

t.test('attack, session fixation: a client cannot choose the id of its session', async (t) => {
  const chosen = randomUUID()
  const greeted = await wireSession(house.mcpUrl, ender, chosen).post(initialize())
  const id = greeted.headers.get('mcp-session-id') ?? ''
  await greeted.text()
  t.not(id, chosen)
  const planted = await wireSession(house.mcpUrl, ender, chosen).post(call('echo', { text: 'x' }))
  t.equal(planted.status, 404)
  await planted.text()
})

t.test('MCP 2025-11-25 Session Management: ids are random UUIDs, of visible ASCII', async (t) => {
  const ids = new Set<string>()
  for (let at = 0; at < 20; at++) ids.add((await beginSession(house, ender)).id)
  t.equal(ids.size, 20)
  for (const id of ids)
    t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

t.test('attack: another’s Last-Event-ID shows nothing of theirs', async (t) => {
  const victim = await beginSession(house, ender)
  const thief = await beginSession(house, bean)
  const stream = readSse(await victim.post(call('hold', { name: 'secret' }, 1)), () => {})
  const { id = '' } = await stream.next()
  t.equal((await view(thief, id)).status, 204, 'of a stream that is open')
  fixture.release('secret')
  const [answer] = await stream.rest()
  t.match(answer?.data, 'secret', 'and who waits for it has it all the same')
  t.equal((await view(thief, id)).status, 204, 'of one that is answered')
  const stolen = await view(wireSession(house.mcpUrl, bean, victim.id), id)
  t.equal(stolen.status, 404, 'nor with the id of the session')
  await stolen.body?.cancel()
  t.match(await (await view(victim, id)).text(), 'secret')
})

t.test('MCP 2025-11-25 Resumability: only what its own stream had is replayed', async (t) => {
  const session = await beginSession(house, ender)
  const one = readSse(await session.post(call('hold', { name: 'one' }, 'one')), () => {})
  const two = readSse(await session.post(call('hold', { name: 'two' }, 'two')), () => {})
  const { id = '' } = await one.next()
  await two.next()
  fixture.release('two')
  await two.rest()
  fixture.release('one')
  await one.rest()
  const replayed = (await readSse(await view(session, id), () => {}).rest()).filter(
    ({ data }) => data !== '',
  )
  t.strictSame(
    replayed.map(({ data }) => JSON.parse(data).id),
    ['one'],
  )
})

t.test('attack: an answer to a question of another’s session is nobody’s', async (t) => {
  const victim = await beginSession(house, ender, '2025-11-25', { elicitation: {} })
  const thief = await beginSession(house, bean, '2025-11-25', { elicitation: {} })
  const stream = readSse(await victim.post(call('ask', {}, 'ask')), () => {})
  const { id } = JSON.parse((await stream.next('message')).data)
  const forged = { jsonrpc: '2.0', id, result: { action: 'accept', content: { sure: true } } }
  t.equal((await thief.post(forged)).status, 202, 'it is taken, and reaches nobody')
  const stolen = await wireSession(house.mcpUrl, bean, victim.id).post(forged)
  t.equal(stolen.status, 404)
  await stolen.text()
  const declined = { jsonrpc: '2.0', id, result: { action: 'decline' } }
  t.equal((await victim.post(declined)).status, 202)
  t.match((await stream.rest()).at(-1)?.data, '"decline"', 'the person’s own answer counts')
})
