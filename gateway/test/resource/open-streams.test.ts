import { once } from 'node:events'
import { Agent, type ServerResponse } from 'node:http'
import t from 'tap'
import { createOpenStreams, type EndReason } from '../../src/resource/open-streams.ts'
import { rememberRevoked } from '../../src/resource/revoked-grants.ts'
import {
  type Answer,
  answerOf,
  type GuardedDoor,
  openGuardedDoor,
  START,
  StubFeed,
  textOf,
} from '../support/guarded-door.ts'

function house(t: { teardown(fn: () => void): void }) {
  const clock = { now: START }
  const feed = new StubFeed()
  const asked: { grantId: string; answer(alive: boolean): void; fail(): void }[] = []
  const store = {
    revocations: feed,
    isAlive: (grantId: string) =>
      new Promise<boolean>((resolve, reject) =>
        asked.push({ grantId, answer: resolve, fail: () => reject(new Error('down')) }),
      ),
  }
  const now = () => clock.now
  const streams = createOpenStreams({ store, revoked: rememberRevoked(feed, now), now })
  t.teardown(() => streams.close())
  return {
    clock,
    feed,
    asked,
    streams,
    open(grantId: string, endsAt = Number.POSITIVE_INFINITY, heldOpen = true) {
      const stream = {
        endsAt,
        heldOpen,
        ended: false,
        why: undefined as EndReason | undefined,
        end(why: EndReason) {
          stream.ended = true
          stream.why = why
          streams.release(grantId, stream)
        },
      }
      return Object.assign(stream, { held: streams.hold(grantId, stream) })
    },
    /** Time passes, and the timer has run. */
    pass(ms: number) {
      clock.now += ms
      void streams.sweep()
    },
    async settle() {
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

t.test('a revocation ends every stream of its grant and no other', (t) => {
  const { feed, open } = house(t)
  const [a1, a2, b] = [open('a'), open('a'), open('b')]
  feed.revoked('a')
  t.same([a1.ended, a2.ended, b.ended], [true, true, false])
  t.equal(open('a').held, false, 'and nothing is begun for it afterwards')
  t.end()
})

t.test('a stream ends when its token does; an answer to a call has its own time', (t) => {
  const { open, pass } = house(t)
  const [stream, call] = [open('a', START + 5000), open('a', START + 9000, false)]
  pass(4999)
  t.notOk(stream.ended)
  pass(1)
  t.same([stream.why, call.why], ['refused', undefined])
  pass(3999)
  t.notOk(call.ended)
  pass(1)
  t.equal(call.why, 'overdue')
  t.end()
})

t.test('with a live feed the store is never asked', (t) => {
  const { open, pass, asked } = house(t)
  open('a')
  for (let n = 0; n < 20; n++) pass(1000)
  t.equal(asked.length, 0)
  t.end()
})

t.test('while the feed is lost each grant is asked for at once and every second', async (t) => {
  const { feed, open, pass, asked, settle } = house(t)
  const [a, b] = [open('a'), open('b')]
  feed.lose()
  t.same(
    asked.map(({ grantId }) => grantId),
    ['a', 'b'],
  )
  asked[0]?.answer(true)
  asked[1]?.answer(false)
  await settle()
  t.same([a.ended, b.ended], [false, true], 'what was revoked unheard ends')
  pass(999)
  t.equal(asked.length, 2)
  pass(1)
  t.equal(asked.length, 3)
})

t.test('a stream that is opened while the feed is lost is asked for, too', (t) => {
  const { feed, open, pass, asked } = house(t)
  feed.lose()
  open('a')
  pass(1000)
  t.equal(asked.length, 1)
  t.end()
})

t.test('when the feed is back all are asked once more, and then no longer', async (t) => {
  const { feed, open, pass, asked, settle } = house(t)
  const a = open('a')
  feed.lose()
  pass(500)
  feed.restore()
  t.equal(asked.length, 2)
  // The answer to a question of before proves nothing about what was announced in between.
  asked[0]?.answer(true)
  await settle()
  pass(1000)
  t.equal(asked.length, 3)
  asked[2]?.answer(true)
  await settle()
  pass(5000)
  t.equal(asked.length, 3)
  t.notOk(a.ended)
})

t.test('a store that does not answer for two seconds ends the streams: fail closed', async (t) => {
  const { feed, open, pass, asked, settle } = house(t)
  const a = open('a')
  feed.lose()
  asked[0]?.fail()
  await settle()
  pass(1000)
  t.equal(asked.length, 2)
  pass(999)
  t.notOk(a.ended)
  pass(1)
  t.ok(a.ended)
})

t.test(
  'what ended says why: a token that is over is refused, a silent store is our fault',
  async (t) => {
    const { feed, open, pass, asked, settle, streams } = house(t)
    const [revoked, expired, unheard] = [open('a'), open('b', START + 1), open('c')]
    feed.revoked('a')
    pass(1)
    t.same([revoked.why, expired.why], ['refused', 'refused'])
    feed.lose()
    asked[0]?.answer(false)
    await settle()
    t.equal(unheard.why, 'refused')
    const silent = open('d')
    pass(2000)
    pass(2000)
    t.equal(silent.why, 'unavailable')
    const [held, call] = [open('e', START + 60_000), open('e', START + 60_000, false)]
    const closed = streams.close()
    t.same([held.why, call.why], ['unavailable', undefined], 'a call is waited for')
    await closed
    t.equal(call.why, 'unavailable', 'for a while')
  },
)

t.test('an answer in between begins the two seconds anew', async (t) => {
  const { feed, open, pass, asked, settle } = house(t)
  const a = open('a')
  feed.lose()
  pass(1000)
  asked[1]?.answer(true)
  await settle()
  pass(1500)
  t.notOk(a.ended)
  pass(500)
  t.ok(a.ended)
})

/** An event stream that is under way. */
async function streaming(
  door: GuardedDoor,
  token: string,
  method = 'GET',
  more: Record<string, string> = {},
  path = '/mcp',
) {
  const atMcp = new Promise<ServerResponse>((resolve) => {
    door.mcp.answer = (_request, response) => resolve(response)
  })
  const headers = { authorization: `Bearer ${token}`, ...more }
  const outgoing = door.open({ method, path, headers })
  outgoing.end()
  const response = await atMcp
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  return { response, incoming: await answerOf(outgoing) }
}

t.test('at the door: a revocation ends the stream on both sides', async (t) => {
  const door = await openGuardedDoor(t)
  const { id, token } = await door.grant()
  const { response, incoming } = await streaming(door, token)
  await once(incoming, 'readable')
  await door.store.revoke(id)
  t.equal(
    await textOf(incoming),
    'data: 1\n\n',
    'ended, so that the client asks again and is told 401',
  )
  if (!response.closed) await once(response, 'close')
  t.notOk(response.writableEnded, 'and cut at mcp')
})

t.test(
  'at the door: a call that mcp has not answered is 401 when its grant is revoked',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { id, token } = await door.grant()
    const atMcp = new Promise<ServerResponse>((resolve) => {
      door.mcp.answer = (_request, response) => resolve(response)
    })
    const answer = door.call(token, { body: '{}' })
    const response = await atMcp
    await door.store.revoke(id)
    const { status, headers } = await answer
    t.equal(status, 401)
    t.match(headers['www-authenticate'], /error="invalid_token"$/)
    if (!response.closed) await once(response, 'close')
    t.notOk(response.writableEnded)
  },
)

t.test(
  'at the door: a call revoked while its body still comes leaves the connection in order',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { id, token } = await door.grant()
    const atMcp = new Promise<ServerResponse>((resolve) => {
      // Not read, so that the body has to wait on its way.
      door.mcp.answer = (_request, response) => resolve(response)
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let connections = 0
    door.app.server.on('connection', () => connections++)
    t.teardown(() => agent.destroy())
    const body = Buffer.alloc(4_000_000, 'x')
    const outgoing = door.open({
      method: 'POST',
      agent,
      headers: { authorization: `Bearer ${token}`, 'content-length': body.length },
    })
    outgoing.end(body)
    await atMcp
    await door.store.revoke(id)
    const incoming = await answerOf(outgoing)
    t.equal(incoming.statusCode, 401)
    await textOf(incoming)
    const next = door.open({ method: 'POST', agent })
    next.end()
    t.equal((await answerOf(next)).statusCode, 401, 'and the next request on it is answered')
    t.equal(connections, 1)
  },
)

t.test(
  'at the door: a call revoked before its body begins leaves the connection in order',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { id, token } = await door.grant()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => agent.destroy())
    const body = Buffer.alloc(4_000_000, 'x')
    const headers = { authorization: `Bearer ${token}`, 'content-length': body.length }
    const outgoing = door.open({ method: 'POST', agent, headers })
    outgoing.flushHeaders()
    await once(door.app.server, 'request')
    // Its token is being read; then the exchange waits for the body.
    await new Promise((resolve) => setTimeout(resolve, 20))
    await door.store.revoke(id)
    const incoming = await answerOf(outgoing)
    t.equal(incoming.statusCode, 401)
    await textOf(incoming)
    outgoing.end(body)
    const next = door.open({ method: 'POST', agent })
    next.end()
    t.equal((await answerOf(next)).statusCode, 401)
  },
)

t.test(
  'at the door: a process that ends lets a call be answered, and says 503 to one it cannot wait for',
  async (t) => {
    for (const answers of [true, false]) {
      const door = await openGuardedDoor(t)
      const { token } = await door.grant()
      const atMcp = new Promise<ServerResponse>((resolve) => {
        door.mcp.answer = (_request, response) => resolve(response)
      })
      const answer = door.call(token, { body: '{}' })
      const response = await atMcp
      const closed = door.app.close()
      if (answers) response.end('{}')
      const { status, headers } = await answer
      t.equal(status, answers ? 200 : 503)
      if (!answers) t.ok(headers['retry-after'])
      await closed
    }
  },
)

t.test(
  'at the door: a client that left while its token was read reaches nobody and holds nothing',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    let asked = 0
    door.beforeIsAlive = async () => void asked++
    let proceed = () => {}
    door.beforeFind = () => new Promise((resolve) => (proceed = resolve))
    const outgoing = door.open({ method: 'GET', headers: { authorization: `Bearer ${token}` } })
    outgoing.on('error', () => {})
    outgoing.end()
    const [, response] = (await once(door.app.server, 'request')) as [unknown, ServerResponse]
    outgoing.destroy()
    await once(response, 'close')
    proceed()
    await new Promise((resolve) => setTimeout(resolve, 50))
    t.equal(door.mcp.connections, 0)
    door.feed.lose()
    t.equal(asked, 0, 'no stream of its grant is known')
  },
)

/** What is held open, by the revision that has it. */
const HELD_OPEN = [
  ['MCP 2024-11-05: GET /sse', 'GET', '/sse', {}],
  ['MCP 2025: GET /mcp', 'GET', '/mcp', { 'mcp-session-id': 's' }],
  ['MCP 2025: GET /mcp that resumes', 'GET', '/mcp', { 'last-event-id': '1-0' }],
  [
    'MCP 2026-07-28: subscriptions/listen',
    'POST',
    '/mcp',
    { 'mcp-method': 'subscriptions/listen' },
  ],
] as const

t.test(
  'at the door: what is held open ends on both sides with its token, in every era',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    const open = []
    for (const [era, method, path, more] of HELD_OPEN) {
      open.push({ era, ...(await streaming(door, token, method, more, path)) })
    }
    door.clock.now += door.config.ACCESS_TOKEN_TTL * 1000
    // The timer of the room sees the clock within a quarter of a second.
    for (const { era, incoming, response } of open) {
      t.equal(await textOf(incoming), 'data: 1\n\n', `${era}: ended, not cut`)
      if (!response.closed) await once(response, 'close')
      t.notOk(response.writableEnded, `${era}: cut at mcp`)
    }
    for (const [era, method, path, headers] of HELD_OPEN) {
      t.equal((await door.call(token, { method, path, headers })).status, 401, era)
    }
  },
)

t.test(
  'at the door: what is held open ends on both sides with its grant, in every era',
  async (t) => {
    const door = await openGuardedDoor(t)
    const bystander = await door.grant()
    const other = await streaming(door, bystander.token, 'GET', {}, '/sse')
    for (const [era, method, path, more] of HELD_OPEN) {
      const { id, token } = await door.grant()
      const { response, incoming } = await streaming(door, token, method, more, path)
      await door.store.revoke(id)
      t.equal(await textOf(incoming), 'data: 1\n\n', era)
      if (!response.closed) await once(response, 'close')
      t.notOk(response.writableEnded, `${era}: cut at mcp`)
    }
    other.response.end('data: 2\n\n')
    t.equal(await textOf(other.incoming), 'data: 1\n\ndata: 2\n\n', 'another grant’s goes on')
  },
)

t.test('at the door: an answer of known length that is cut does not look whole', async (t) => {
  const door = await openGuardedDoor(t)
  const { id, token } = await door.grant()
  door.mcp.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"jsonrpc":')
  }
  const outgoing = door.open({ method: 'POST', headers: { authorization: `Bearer ${token}` } })
  outgoing.end()
  const incoming = await answerOf(outgoing)
  await once(incoming, 'readable')
  await door.store.revoke(id)
  await t.rejects(textOf(incoming), { code: 'ECONNRESET' })
})

/** A call that mcp has not answered. */
async function waiting(door: GuardedDoor, token: string) {
  let answer: ReturnType<GuardedDoor['call']> | undefined
  const response = await new Promise<ServerResponse>((resolve) => {
    door.mcp.answer = (_request, waits) => resolve(waits)
    answer = door.call(token, { body: '{}' })
  })
  return { response, answer }
}

t.test(
  'C56: an answer may come after its token ended, for 300 s from the call’s beginning; then a stream ends, and what is unanswered is 504',
  async (t) => {
    const door = await openGuardedDoor(t)
    const life = door.config.ACCESS_TOKEN_TTL * 1000
    const { token } = await door.grant()
    const begin = START + life - 1000
    // Its token ends a millisecond before the calls do: it tells that the timer has seen that moment.
    door.clock.now = begin + 299_999 - life
    const later = await door.grant()
    door.clock.now = begin
    const held = await streaming(door, token)
    const witness = await streaming(door, later.token)
    const stream = await streaming(door, token, 'POST')
    const silent = await waiting(door, token)
    const answered = await waiting(door, token)
    stream.incoming.setEncoding('utf8')
    const delivers = async (event: string) => {
      stream.response.write(event)
      t.equal(String(await once(stream.incoming, 'data')), event)
    }
    t.equal(String(await once(stream.incoming, 'data')), 'data: 1\n\n')

    door.clock.now = START + life
    await textOf(held.incoming)
    await delivers('data: the token is over\n\n')
    answered.response.end('{}')
    t.equal((await answered.answer)?.status, 200, 'and so for a plain answer')
    door.clock.now = begin + 299_999
    await textOf(witness.incoming)
    await delivers('data: just in time\n\n')

    door.clock.now = begin + 300_000
    t.equal(await textOf(stream.incoming), '', 'ended')
    const { status, headers, json } = (await silent.answer) as Answer
    t.equal(status, 504)
    t.equal(headers['www-authenticate'], undefined, 'it is no challenge')
    t.match(headers['retry-after'], /^\d+$/)
    t.match(headers['content-type'], /^application\/json/)
    t.match(json(), { jsonrpc: '2.0', id: null, error: { code: -32000, message: /in time/ } })
    for (const { response } of [stream, silent]) {
      if (!response.closed) await once(response, 'close')
      t.notOk(response.writableEnded, 'cut at mcp')
    }
    t.match(door.logs.join(''), /"status":504,"detail":"overdue/)
    t.equal(door.upstream.state, 'reachable', 'it is no failure of the connection')
  },
)

t.test('C56: while its token lives a call has more than 300 s', async (t) => {
  const door = await openGuardedDoor(t)
  const life = door.config.ACCESS_TOKEN_TTL * 1000
  door.clock.now = START + 300_001 - life
  const earlier = await door.grant()
  door.clock.now = START
  const { token } = await door.grant()
  const witness = await streaming(door, earlier.token)
  const [first, second] = [await waiting(door, token), await waiting(door, token)]
  door.clock.now = START + 300_001
  await textOf(witness.incoming)
  first.response.end('{}')
  t.equal((await first.answer)?.status, 200)
  door.clock.now = START + life
  t.equal((await second.answer)?.status, 504)
})

t.test('at the door: an answer of known length that is overdue does not look whole', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  door.mcp.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"jsonrpc":')
  }
  const outgoing = door.open({ method: 'POST', headers: { authorization: `Bearer ${token}` } })
  outgoing.end()
  const incoming = await answerOf(outgoing)
  await once(incoming, 'readable')
  door.clock.now += door.config.ACCESS_TOKEN_TTL * 1000
  await t.rejects(textOf(incoming), { code: 'ECONNRESET' })
})

t.test(
  'at the door: a lost feed and a revocation unheard end the stream all the same',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { id, token } = await door.grant()
    const { incoming } = await streaming(door, token)
    door.feed.live = false
    await door.store.revoke(id)
    door.feed.lose()
    t.equal(await textOf(incoming), 'data: 1\n\n')
  },
)
