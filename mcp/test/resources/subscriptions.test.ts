import { EventEmitter, on } from 'node:events'
import t, { type Test } from 'tap'
import { armyUri, STANDINGS, studentUri } from '../../src/resources/school-uri.ts'
import { people } from '../support/gateway.ts'
import {
  beginSession,
  callTool,
  connect,
  type House,
  message,
  startHouse,
  type WireSession,
} from '../support/house.ts'
import { openSse } from '../support/sse.ts'

const DAY = 86_400_000
const noScope = { ...people.bean, scope: 'school:write' }

async function open(t: Test): Promise<House> {
  const house = await startHouse()
  t.teardown(() => house.close())
  return house
}

/** Dragon Army meets Phoenix Army that many days from now, and it is reported at once. */
async function fight(house: House, days: number): Promise<void> {
  const ender = await connect(house, people.ender, 'modern', () => ({
    action: 'accept',
    content: { confirm: true },
  }))
  const time = new Date(Date.now() + days * DAY).toISOString()
  const scheduled = await ender.callTool({
    name: 'schedule_battle',
    arguments: { opponentName: 'Phoenix Army', time },
  })
  await ender.close()
  const { battle } = scheduled.structuredContent as { battle: { id: string } }
  const report = { battleId: battle.id, winnerName: 'Dragon Army' }
  const { isError } = await callTool(house, people.graff, 'report_battle', report)
  if (isError) throw new Error('the battle was not reported')
}

/** Bean gets a message, and reads it. */
async function write(house: House): Promise<void> {
  const letter = { studentName: 'Bean', text: 'for Bean' }
  await callTool(house, people.graff, 'send_instructor_message', letter)
  await callTool(house, people.bean, 'read_my_messages')
}

async function ask(session: WireSession, method: string, uri: string) {
  return await message(await session.post({ jsonrpc: '2.0', id: 1, method, params: { uri } }))
}

/** A session of 2025 with its standalone stream open. @returns the next URI that is told */
async function follow(t: Test, house: House, claims: Record<string, unknown>) {
  const session = await beginSession(house, await house.gateway.mint({ claims }))
  const stream = await openSse(house.mcpUrl, {
    authorization: `Bearer ${session.token}`,
    'mcp-session-id': session.id,
    accept: 'text/event-stream',
  })
  t.teardown(() => stream.close())
  const told = async () => {
    const { method, params } = JSON.parse((await stream.next('message')).data)
    t.equal(method, 'notifications/resources/updated')
    return params.uri as string
  }
  return { session, told }
}

/** A client of 2026-07-28 that listens to these URIs. @returns the next URI that is told */
async function listen(t: Test, house: House, claims: Record<string, unknown>, uris: string[]) {
  const client = await connect(house, claims)
  t.teardown(() => client.close())
  const updates = new EventEmitter()
  const queue = on(updates, 'updated')
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    updates.emit('updated', params.uri)
  })
  const { honoredFilter, closed } = await client.listen({ resourceSubscriptions: uris })
  const told = async () => (await queue.next()).value[0] as string
  return { honoredFilter, closed, told }
}

t.test('2025: a report arrives at the standalone stream of who has subscribed', async (t) => {
  const house = await open(t)
  const { session, told } = await follow(t, house, people.bean)
  for (const uri of [armyUri('Phoenix Army'), STANDINGS]) {
    t.match(await ask(session, 'resources/subscribe', uri), { result: {} })
  }
  await fight(house, 1)
  t.strictSame([await told(), await told()].sort(), [armyUri('Phoenix Army'), STANDINGS])
  t.match(await ask(session, 'resources/unsubscribe', STANDINGS), { result: {} })
  await fight(house, 2)
  await fight(house, 3)
  t.strictSame(
    [await told(), await told()],
    [armyUri('Phoenix Army'), armyUri('Phoenix Army')],
    'what was unsubscribed from is told no more',
  )
})

t.test('2026-07-28: a report arrives at who listens', async (t) => {
  const house = await open(t)
  const uris = [armyUri('Phoenix Army'), STANDINGS]
  const { honoredFilter, told } = await listen(t, house, people.bean, uris)
  t.strictSame(honoredFilter, { resourceSubscriptions: uris })
  await fight(house, 1)
  t.strictSame([await told(), await told()].sort(), uris)
})

t.test('neither era tells that a message came, not even to its addressee', async (t) => {
  const house = await open(t)
  const bean = studentUri('BS-2507')
  const legacy = await follow(t, house, people.ender)
  for (const uri of [bean, STANDINGS]) {
    t.match(await ask(legacy.session, 'resources/subscribe', uri), { result: {} })
  }
  const modern = await listen(t, house, people.bean, [bean, STANDINGS])
  await write(house)
  await fight(house, 1)
  t.strictSame([await legacy.told(), await modern.told()], [STANDINGS, STANDINGS])
})

t.test('2025: what cannot be read cannot be subscribed to: -32602 with its URI', async (t) => {
  const house = await open(t)
  const { session } = await follow(t, house, people.bean)
  for (const uri of [
    studentUri('BS-9999'),
    armyUri('Rat Army'),
    'school://unknown',
    armyUri('x'.repeat(3_000)),
    'no uri',
  ]) {
    const error = { code: -32602, data: { uri } }
    t.match(await ask(session, 'resources/subscribe', uri), { error }, uri)
  }
  t.match(await ask(session, 'resources/unsubscribe', 'school://unknown'), {
    error: { code: -32602, data: { uri: 'school://unknown' } },
  })
  const stranger = await follow(t, house, { student_id: 'BS-9999' })
  t.match(await ask(stranger.session, 'resources/subscribe', STANDINGS), {
    error: { code: -32602, message: /BS-9999/ },
  })
})

t.test('2025: another spelling of a URI is never told, so the right one is', async (t) => {
  const house = await open(t)
  const { session } = await follow(t, house, people.bean)
  t.match(await ask(session, 'resources/subscribe', 'school://armies/dragon%20army'), {
    error: { code: -32602, message: /school:\/\/armies\/Dragon%20Army/ },
  })
})

t.test('MCP, Capabilities: without school:read nothing is there to subscribe to', async (t) => {
  const house = await open(t)
  const { session } = await follow(t, house, noScope)
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) {
    t.match(await ask(session, method, STANDINGS), { error: { code: -32601 } })
  }
  const { honoredFilter, closed } = await listen(t, house, noScope, [STANDINGS])
  t.strictSame(honoredFilter, {})
  t.equal(await closed, 'graceful')
})
