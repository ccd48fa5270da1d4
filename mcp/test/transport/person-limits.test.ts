import t from 'tap'
import { PersonLimits } from '../../src/transport/person-limits.ts'
import { fixtureServer } from '../support/fixture-server.ts'
import { people } from '../support/gateway.ts'
import { ask, beginSession, call, message, startHouse, type WireSession } from '../support/house.ts'
import { modernRequest } from '../support/modern.ts'
import { openSse, readSse } from '../support/sse.ts'

const STREAM = { accept: 'text/event-stream' }

async function open(
  t: { teardown(end: () => Promise<void>): void },
  environment: Record<string, string>,
  now: () => number = Date.now,
) {
  const fixture = fixtureServer()
  const house = await startHouse(environment, { createServer: fixture.createServer, now })
  t.teardown(() => house.close())
  const ender = await house.gateway.mint({ claims: people.ender, now: now() })
  const bean = await house.gateway.mint({ claims: people.bean, now: now() })
  return { fixture, house, ender, bean }
}

async function refused(
  t: { match(a: unknown, b: unknown): boolean },
  answer: Response,
  id: unknown,
) {
  t.match(answer, { status: 429 })
  t.match(answer.headers.get('retry-after'), /^\d+$/)
  t.match(await answer.json(), { jsonrpc: '2.0', id, error: { code: -32000 } })
}

t.test('requests of one person at a time are bounded, in all their sessions', async (t) => {
  const { fixture, house, ender, bean } = await open(t, { CALLS_PER_PERSON: '2' })
  const [one, other] = [await beginSession(house, ender), await beginSession(house, ender)]
  const { method, params } = call('hold', { name: 'modern' })
  const running = [
    one.post(call('hold', { name: 'legacy' })),
    ask(house, ender, { method, params }),
  ]
  await Promise.all(['legacy', 'modern'].map((name) => fixture.begun(name)))
  await refused(t, await other.post(call('echo', { text: 'x' }, 'third')), 'third')
  const echo = call('echo', { text: 'x' })
  await refused(t, await ask(house, ender, { ...echo, id: 'fourth' }), 'fourth')
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 9 } }
  t.equal((await one.post(cancelled)).status, 202, 'what needs no work is taken')
  const others = await beginSession(house, bean)
  t.match(await message(await others.post(echo)), { result: {} }, 'nobody else is concerned')
  for (const name of ['legacy', 'modern']) fixture.release(name)
  for (const answer of running) t.match(await (await answer).text(), /"result"/)
  t.match(await message(await other.post(echo)), { result: {} })
  t.match(await message(await ask(house, ender, echo)), { result: {} })
})

t.test('a call whose client has left still counts, until it is over', async (t) => {
  const { fixture, house, ender } = await open(t, { CALLS_PER_PERSON: '1' })
  const session = await beginSession(house, ender)
  const held = await session.post(call('hold', { name: 'left' }, 'held'))
  await held.body?.cancel()
  await refused(t, await session.post(call('echo', { text: 'x' })), 1)
  const cancelled = { method: 'notifications/cancelled', params: { requestId: 'held' } }
  await session.post({ jsonrpc: '2.0', ...cancelled })
  await fixture.cancelled('left')
  let status = 429
  while (status === 429) {
    const answer = await session.post(call('echo', { text: 'x' }))
    status = answer.status
    await answer.text()
  }
  t.equal(status, 200)
})

t.test('each request of a batch counts, and a challenge or an error gives back', async (t) => {
  const { house, ender } = await open(t, { CALLS_PER_PERSON: '3' })
  const session = await beginSession(house, ender, '2025-03-26')
  const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' })
  await refused(t, await session.post([1, 2, 3, 4].map(ping)), null)
  for (let time = 0; time < 5; time++) {
    t.equal((await session.post([1, 2, 3].map(ping))).status, 200)
    const unknown = await session.post({ jsonrpc: '2.0', id: 1, method: 'unknown' })
    t.match(await message(unknown), { error: { code: -32601 } })
  }
})

t.test(
  'HTTP+SSE: what is too much is answered on the stream, and a used id is left alone',
  async (t) => {
    const { fixture, house, ender } = await open(t, { CALLS_PER_PERSON: '1' })
    const authorization = `Bearer ${ender}`
    const stream = await openSse(new URL('/sse', house.origin), { authorization })
    const endpoint = new URL((await stream.next('endpoint')).data, house.origin)
    const headers = { authorization, 'content-type': 'application/json' }
    const post = (body: unknown) =>
      fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) })
    await post(call('hold', { name: 'sse' }, 1))
    await fixture.begun('sse')
    t.equal((await post(call('hold', { name: 'again' }, 1))).status, 202)
    t.equal((await post(call('echo', { text: 'x' }, 2))).status, 202)
    t.match(JSON.parse((await stream.next('message')).data), { id: 2, error: { code: -32000 } })
    fixture.release('sse')
    t.match(JSON.parse((await stream.next('message')).data), { id: 1, result: {} })
    await post(call('echo', { text: 'x' }, 3))
    t.match(JSON.parse((await stream.next('message')).data), { id: 3, result: {} })
    stream.close()
  },
)

t.test('streams of one person are bounded: the oldest ends, of whatever kind', async (t) => {
  const { house, ender, bean } = await open(t, { STREAMS_PER_PERSON: '3' })
  const view = async (session: WireSession) => readSse(await session.get(STREAM), () => {})
  const others = await view(await beginSession(house, bean))
  const first = await view(await beginSession(house, ender))
  const notifications = { toolsListChanged: true }
  const listening = await fetch(
    house.mcpUrl,
    modernRequest('subscriptions/listen', { notifications }, ender, 'listening'),
  )
  const second = readSse(listening, () => {})
  t.match((await second.next()).data, 'acknowledged')
  const authorization = `Bearer ${ender}`
  const third = await openSse(new URL('/sse', house.origin), { authorization })
  await third.next('endpoint')
  const session = await beginSession(house, ender)
  const fourth = await view(session)
  t.strictSame((await first.rest()).slice(1), [], 'a GET')
  const fifth = await view(await beginSession(house, ender))
  await t.rejects(
    second.rest(),
    'subscriptions/listen: it breaks off, so that its client comes back',
  )
  const sixth = await view(await beginSession(house, ender))
  t.strictSame(await third.rest(), [], '/sse')
  await (await session.post(call('announce', { what: 'tools' }))).text()
  for (const stream of [others, fourth, fifth, sixth]) {
    await stream.next()
    t.match((await stream.next()).data, 'list_changed')
    stream.close()
  }
})

t.test('MCP Completion, Security: there is a limit of rate, in every revision', async (t) => {
  let time = Date.now()
  const { house, ender, bean } = await open(t, { COMPLETIONS_PER_MINUTE: '3' }, () => time)
  const ref = { type: 'ref/prompt', name: 'unknown' }
  const params = { ref, argument: { name: 'armyName', value: 'D' } }
  const method = 'completion/complete'
  const completion = { jsonrpc: '2.0', id: 1, method, params }
  const session = await beginSession(house, ender)
  for (let asked = 0; asked < 3; asked++) {
    t.equal((await session.post(completion)).status, 200)
  }
  await refused(t, await session.post(completion), 1)
  await refused(t, await ask(house, ender, { method, params }), 1)
  t.equal((await session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).status, 200)
  t.equal((await (await beginSession(house, bean)).post(completion)).status, 200)
  time += 60_000
  const later = await house.gateway.mint({ claims: people.ender, now: time })
  t.not((await ask(house, later, { method, params })).status, 429)
})

t.test('nothing is kept of who asks nothing any more', async (t) => {
  const limits = new PersonLimits({ calls: 1, streams: 1, completions: 1, now: Date.now })
  const ended: string[] = []
  const stream = (name: string) => ({ end: () => ended.push(name) })
  const over = limits.beginCalls('person', 1)
  over()
  over()
  limits.beginCalls('person', 1)
  t.throws(() => limits.beginCalls('person', 1), { status: 429, code: -32000 })
  const first = limits.beginStream('person', stream('first'))
  const second = limits.beginStream('person', stream('second'))
  first()
  second()
  limits.beginStream('person', stream('third'))
  t.strictSame(ended, ['first'])
})
