import { randomUUID } from 'node:crypto'
import t from 'tap'
import { fixtureServer } from '../support/fixture-server.ts'
import { people } from '../support/gateway.ts'
import {
  ask,
  beginSession,
  call,
  initialize,
  message,
  startHouse,
  wireSession,
} from '../support/house.ts'

const fixture = fixtureServer()
const house = await startHouse({}, { createServer: fixture.createServer })
t.teardown(() => house.close())
const ender = await house.gateway.mint({ claims: people.ender })
const bean = await house.gateway.mint({ claims: people.bean })
const otherClient = await house.gateway.mint({ claims: { ...people.ender, client_id: 'client-2' } })
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
const STREAM = { accept: 'text/event-stream' }

/** The status of an answer whose body nobody reads. */
async function status(answer: Promise<Response>): Promise<number> {
  const response = await answer
  await response.body?.cancel()
  return response.status
}

t.test('an unknown session is 404, and a missing one 400, whatever the method', async (t) => {
  for (const id of [randomUUID(), 'x', '{a}', `${randomUUID()}, ${randomUUID()}`, '%00']) {
    const unknown = wireSession(house.mcpUrl, ender, id)
    const answer = await unknown.post(ping)
    t.equal(answer.status, 404, id)
    t.match(await answer.json(), { jsonrpc: '2.0', id: 1, error: { code: -32001 } })
    t.equal(await status(unknown.get(STREAM)), 404)
    t.equal(await status(unknown.end()), 404)
  }
  const without = wireSession(house.mcpUrl, ender, '')
  t.equal(await status(without.post(ping)), 400)
  t.equal(await status(without.get(STREAM)), 400)
  t.equal(await status(without.end()), 400)
})

t.test('another’s token, or another client’s, finds no session: 404', async (t) => {
  const session = await beginSession(house, ender)
  for (const token of [bean, otherClient]) {
    const thief = wireSession(house.mcpUrl, token, session.id)
    t.equal(await status(thief.post(ping)), 404)
    t.equal(await status(thief.post({ jsonrpc: '2.0', method: 'notifications/x' })), 404)
    t.equal(await status(thief.get(STREAM)), 404)
    t.equal(await status(thief.end()), 404)
  }
  t.equal(await status(session.post(ping)), 200, 'and its owner is not disturbed')
})

t.test('two users fighting over one session id: each request is its owner’s', async (t) => {
  const session = await beginSession(house, ender)
  const thief = wireSession(house.mcpUrl, bean, session.id)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      status(at % 2 === 0 ? session.post({ ...ping, id: at }) : thief.post({ ...ping, id: at })),
    ),
  )
  t.strictSame(
    answers,
    answers.map((_, at) => (at % 2 === 0 ? 200 : 404)),
  )
})

t.test('DELETE ends a session: 404 from then on, and its GET ends', async (t) => {
  const session = await beginSession(house, ender)
  const view = await session.get(STREAM)
  t.equal(await status(session.end()), 200)
  await view.text()
  t.equal(await status(session.post(ping)), 404)
  t.equal(await status(session.get(STREAM)), 404)
  t.equal(await status(session.end()), 404)
})

t.test('DELETE while a call runs: who waits for it is told', async (t) => {
  const session = await beginSession(house, ender)
  const waiting = session.post(call('hold', { name: 'deleted' }, 7))
  await fixture.begun('deleted')
  t.equal(await status(session.end()), 200)
  await fixture.cancelled('deleted')
  t.match(await message(await waiting), { id: 7, error: { code: Number } })
})

t.test('malformed JSON is -32700, what is no JSON-RPC message -32600', async (t) => {
  const session = await beginSession(house, ender, '2025-03-26')
  for (const body of ['{', '[', '{"jsonrpc":"2.0",}', '\u0000']) {
    const answer = await session.post(body)
    t.equal(answer.status, 400)
    t.match(await answer.json(), { error: { code: -32700 }, id: null })
  }
  for (const body of [
    'null',
    '5',
    '"x"',
    '[]',
    '[null]',
    '[5, "x"]',
    '[[]]',
    '{}',
    '{"jsonrpc":"1.0","id":1,"method":"ping"}',
    '{"jsonrpc":"2.0","id":{},"method":"ping"}',
    '{"jsonrpc":"2.0","id":null,"method":"ping"}',
    '{"jsonrpc":"2.0","id":1.5,"result":5}',
    '{"jsonrpc":"2.0","id":1,"method":5}',
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":5}',
    '[{"jsonrpc":"2.0","id":1,"method":"ping"}, 7]',
  ]) {
    const answer = await session.post(body)
    t.equal(answer.status, 400, body)
    t.match(await answer.json(), { jsonrpc: '2.0', error: { code: -32600 } }, body)
  }
})

t.test('an unknown method is -32601; in 2026-07-28 with 404', async (t) => {
  const session = await beginSession(house, ender)
  const old = await session.post({ jsonrpc: '2.0', id: 4, method: 'server/unknown' })
  t.equal(old.status, 200)
  t.match(await message(old), { id: 4, error: { code: -32601 } })
  const modern = await ask(house, ender, { method: 'server/unknown', id: 5 })
  t.equal(modern.status, 404)
  t.match(await message(modern), { id: 5, error: { code: -32601 } })
})

t.test('2026-07-28: headers that do not match the body are -32020', async (t) => {
  const send = (headers: Record<string, string>) =>
    fetch(house.mcpUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ender}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'echo',
        ...headers,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: {
          name: 'echo',
          arguments: { text: 'x' },
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      }),
    })
  t.equal((await message(await send({}))).error, undefined)
  for (const headers of [
    { 'mcp-method': 'tools/list' },
    { 'mcp-name': 'hold' },
    { 'mcp-protocol-version': '2025-11-25' },
  ]) {
    const answer = await send(headers)
    t.equal(answer.status, 400, JSON.stringify(headers))
    t.match(await message(answer), { error: { code: -32020 } })
  }
})

t.test('an unsupported MCP-Protocol-Version is 400, a missing one the negotiated', async (t) => {
  const session = await beginSession(house, ender)
  for (const version of ['2020-01-01', 'x', '2025-11-25, 2025-11-25']) {
    t.equal(await status(session.post(ping, { 'mcp-protocol-version': version })), 400, version)
  }
  t.equal(await status(session.get({ ...STREAM, 'mcp-protocol-version': 'x' })), 400)
  t.equal(await status(session.post(ping, { 'mcp-protocol-version': '2025-11-25' })), 200)
  t.equal(await status(session.post(ping)), 200)
})

t.test('a made-up Last-Event-ID is an empty resume', async (t) => {
  const session = await beginSession(house, ender)
  const other = await beginSession(house, bean)
  await other.post(call('announce', { what: 'tools' }))
  for (const id of [
    'x',
    '1',
    '-1',
    `0-0_${randomUUID()}`,
    `999999999999999-999999999999999_${randomUUID()}`,
    `${'9'.repeat(40)}-1_${randomUUID()}`,
    `0-0_${'-'.repeat(36)}`,
    '999999999999999-0_999999999999999-0_',
    '(1-1_+_',
    'x'.repeat(8_000),
  ]) {
    const answer = await session.get({ ...STREAM, 'last-event-id': id })
    t.ok([200, 204].includes(answer.status), `${id.slice(0, 60)}: ${answer.status}`)
    await answer.body?.cancel()
  }
  t.equal(await status(session.post(ping)), 200)
})

t.test('a GET that does not accept an event stream is 406', async (t) => {
  const session = await beginSession(house, ender)
  t.equal(await status(session.get({ accept: 'application/json' })), 406)
})

t.test('batches are of 2025-03-26 only', async (t) => {
  for (const version of ['2025-06-18', '2025-11-25']) {
    const session = await beginSession(house, ender, version)
    const answer = await session.post([ping])
    t.equal(answer.status, 400)
    t.match(await answer.json(), { error: { code: -32600 } })
  }
  const session = await beginSession(house, ender, '2025-03-26')
  const answer = await session.post([ping, call('echo', { text: 'a' }, 'two')])
  t.equal(answer.status, 200)
  const answers = (await answer.json()) as { id: unknown }[]
  t.strictSame(answers.map(({ id }) => id).sort(), [1, 'two'])
  const one = await session.post([ping])
  t.match(await one.json(), [{ id: 1, result: {} }], 'a batch of one is answered with a batch')
})

t.test('a batch is bounded, names no request twice, and begins no session', async (t) => {
  const session = await beginSession(house, ender, '2025-03-26')
  const many = (count: number) => Array.from({ length: count }, (_, id) => ({ ...ping, id }))
  t.equal(await status(session.post(many(100))), 200)
  t.equal(await status(session.post(many(101))), 400)
  t.equal(await status(session.post([ping, ping])), 400)
  t.equal(await status(session.post([ping, initialize()])), 400)
  t.equal(await status(session.post([initialize()])), 400)
  const nobody = wireSession(house.mcpUrl, ender, '')
  t.equal(await status(nobody.post([initialize('2025-03-26')])), 400)
})

t.test('a batch without requests is 202', async (t) => {
  const session = await beginSession(house, ender, '2025-03-26')
  const notification = { jsonrpc: '2.0', method: 'notifications/roots/list_changed' }
  const answer = { jsonrpc: '2.0', id: 'nobody.0', result: {} }
  const error = { jsonrpc: '2.0', id: 'nobody.0', error: { code: 1, message: 'no' } }
  t.equal(await status(session.post([notification])), 202)
  t.equal(await status(session.post([notification, answer, error])), 202)
  t.equal(await status(session.post(answer)), 202)
})

t.test('a batch’s own notifications reach calls that run elsewhere', async (t) => {
  const session = await beginSession(house, ender, '2025-03-26')
  const held = session.post(call('hold', { name: 'batched' }, 'held'))
  await fixture.begun('batched')
  const cancel = {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 'held' },
  }
  t.equal(await status(session.post([ping, cancel])), 200)
  await fixture.cancelled('batched')
  t.notMatch(await (await held).text(), 'jsonrpc')
})

t.test('a request’s id may be anything short: “restore” and equal ids at once too', async (t) => {
  const session = await beginSession(house, ender)
  for (const id of ['restore', '', 0, -1, 'é', '__proto__', 'constructor', 'x'.repeat(256)]) {
    const answer = await session.post({ ...ping, id })
    t.strictSame(await answer.json(), { jsonrpc: '2.0', id, result: {} })
  }
  const answers = await Promise.all(
    Array.from({ length: 10 }, async (_, at) => {
      return await message(await session.post(call('echo', { text: `${at}` }, 'same')))
    }),
  )
  for (const [at, answer] of answers.entries()) {
    t.match(answer, { id: 'same', result: { content: [{ text: `${at}` }] } })
  }
  const long = await session.post({ ...ping, id: 'x'.repeat(257) })
  t.equal(long.status, 400, 'an id is kept in the session while its request is open')
  t.match(await long.json(), { error: { code: -32600 } })
})

t.test('an initialize that is too large, or wrong, begins no session', async (t) => {
  const nobody = wireSession(house.mcpUrl, ender, '')
  const large = await nobody.post(initialize('2025-11-25', { x: 'x'.repeat(65 * 1024) }))
  t.equal(large.status, 413)
  t.equal(large.headers.get('mcp-session-id'), null)
  t.match(await large.json(), { id: 'initialize', error: {} })
  for (const params of [undefined, {}, { protocolVersion: 5 }]) {
    const answer = await nobody.post({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
    t.equal(answer.headers.get('mcp-session-id'), null)
    t.match(await message(answer), { id: 1, error: { code: Number } })
  }
})

t.test('a body over 4 MiB is 413, one of 4 MiB is read', async (t) => {
  const session = await beginSession(house, ender)
  const body = (length: number) => {
    const empty = JSON.stringify(call('echo', { text: '' }))
    return JSON.stringify(call('echo', { text: 'x'.repeat(length - empty.length) }))
  }
  t.equal(await status(session.post(body(4 * 1024 * 1024))), 200)
  t.equal(await status(session.post(body(4 * 1024 * 1024 + 1))), 413)
})

t.test('a person’s sessions are bounded: the oldest end first, with their streams', async (t) => {
  const small = await startHouse({ SESSIONS_PER_PERSON: '2' })
  t.teardown(() => small.close())
  const token = await small.gateway.mint()
  const others = await beginSession(small, await small.gateway.mint({ claims: people.bean }))
  const oldest = await beginSession(small, token)
  const view = await oldest.get(STREAM)
  const kept = [await beginSession(small, token), await beginSession(small, token)]
  await view.text()
  t.equal(await status(oldest.post(ping)), 404)
  for (const session of [others, ...kept]) t.equal(await status(session.post(ping)), 200)
})

t.test('a session expires by use, and an open GET is a use of it', async (t) => {
  let time = Date.now()
  const house = await startHouse({ SESSION_LIFETIME: '60' }, { now: () => time })
  t.teardown(() => house.close())
  const mint = () => house.gateway.mint({ now: time })
  const [idle, viewed] = [
    await beginSession(house, await mint()),
    await beginSession(house, await mint()),
  ]
  const view = await viewed.get(STREAM)
  const reader = view.body?.getReader()
  for (let passed = 0; passed < 3; passed++) {
    time += 25_000
    // The stream's next sign of life: the second in which its use counts too.
    let seen = ''
    while (!seen.includes(': keepalive')) {
      seen += new TextDecoder().decode((await reader?.read())?.value)
    }
  }
  const token = await mint()
  t.equal(await status(wireSession(house.mcpUrl, token, idle.id).post(ping)), 404)
  t.equal(await status(wireSession(house.mcpUrl, token, viewed.id).post(ping)), 200)
  await reader?.cancel()
})
