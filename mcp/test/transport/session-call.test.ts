import t from 'tap'
import { fixtureServer, WATCHED } from '../support/fixture-server.ts'
import { beginSession, call, message, startHouse, type WireSession } from '../support/house.ts'
import { readSse } from '../support/sse.ts'

const fixture = fixtureServer()
const house = await startHouse({}, { createServer: fixture.createServer })
t.teardown(() => house.close())
const token = await house.gateway.mint()

function cancel(requestId: unknown) {
  return { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }
}

function steps(count: number, id: string | number = 1) {
  const params = { name: 'steps', arguments: { count }, _meta: { progressToken: 'p' } }
  return { jsonrpc: '2.0', id, method: 'tools/call', params }
}

/** A GET of the session as a stream of events. */
async function view(session: WireSession, lastEventId?: string) {
  const answer = await session.get({
    accept: 'text/event-stream',
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  })
  return answer
}

t.test('what answers at once is JSON, and leaves nothing in the log', async (t) => {
  const session = await beginSession(house, token)
  const answer = await session.post(call('echo', { text: 'x' }))
  t.equal(answer.status, 200)
  t.match(answer.headers.get('content-type'), 'application/json')
  t.match(await answer.json(), { id: 1, result: { content: [{ text: 'x' }] } })
  const resumed = await view(session, '0-0_0-0_')
  const stream = readSse(resumed, () => {})
  await session.post(call('announce', { what: 'tools' }))
  t.equal((await stream.next()).data, '', 'the priming event')
  t.match((await stream.next()).data, 'notifications/tools/list_changed')
  await session.end()
  t.strictSame(await stream.rest(), [])
})

t.test('progress before the answer turns it into a stream, in its order', async (t) => {
  const session = await beginSession(house, token)
  const answer = await session.post(steps(5))
  t.match(answer.headers.get('content-type'), 'text/event-stream')
  const events = await readSse(answer, () => {}).rest()
  t.strictSame(
    events.slice(1).map(({ data }) => JSON.parse(data).params?.progress),
    [1, 2, 3, 4, 5, undefined],
  )
  t.match(JSON.parse(events.at(-1)?.data ?? ''), { id: 1, result: {} })
})

t.test(
  'JSON-RPC 2.0 §5.1: a result that is no JSON is an internal error, at once and on a stream',
  async (t) => {
    const session = await beginSession(house, token)
    const error = { id: 1, error: { code: -32603, message: 'Internal error' } }
    const atOnce = await session.post(call('unsayable', { speaksFirst: false }))
    t.equal(atOnce.status, 500)
    t.match(await atOnce.json(), error)
    const answer = await session.post(call('unsayable', { speaksFirst: true }))
    const events = await readSse(answer, () => {}).rest()
    t.match(JSON.parse(events.at(-1)?.data ?? ''), error)
  },
)

t.test('MCP 2025-11-25: a stream begins with an id, no data, and when to retry', async (t) => {
  const session = await beginSession(house, token)
  const text = await (await session.post(steps(1))).text()
  t.match(text, /^id: \S+\nretry: \d+\ndata: \n\n/, 'also without MCP-Protocol-Version')
  const view = await session.get({ accept: 'text/event-stream' })
  const reader = view.body?.getReader()
  const first = new TextDecoder().decode((await reader?.read())?.value)
  t.match(first, /^id: \S+\nretry: \d+\ndata: \n\n$/)
  await reader?.cancel()
})

t.test('an older revision gets no event without data', async (t) => {
  for (const version of ['2025-03-26', '2025-06-18']) {
    const session = await beginSession(house, token, version)
    const events = await readSse(await session.post(steps(1)), () => {}).rest()
    t.ok(events.every(({ data, id }) => data !== '' && id !== undefined))
  }
})

t.test('ids of events are unique in the session, over all streams', async (t) => {
  const session = await beginSession(house, token)
  const views = [await view(session)]
  const ids: (string | undefined)[] = []
  for (let at = 0; at < 3; at++) {
    const events = await readSse(await session.post(steps(3, at)), () => {}).rest()
    ids.push(...events.map(({ id }) => id))
    await session.post(call('announce', { what: 'tools', times: 3 }))
  }
  await session.end()
  for (const each of views) {
    ids.push(...(await readSse(each, () => {}).rest()).map(({ id }) => id))
  }
  t.ok(ids.length > 12)
  t.notOk(ids.includes(undefined), 'each event has one')
  t.equal(new Set(ids).size, ids.length)
})

t.test('a lost connection cancels nothing: GET shows the rest exactly once', async (t) => {
  const session = await beginSession(house, token)
  const abort = new AbortController()
  const answer = await fetch(house.mcpUrl, {
    method: 'POST',
    signal: abort.signal,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': session.id,
    },
    body: JSON.stringify(call('hold', { name: 'lost' }, 9)),
  })
  const stream = readSse(answer, () => abort.abort())
  const { id = '' } = await stream.next()
  stream.close()
  const resumed = readSse(await view(session, id), () => {})
  fixture.release('lost')
  const events = (await resumed.rest()).filter(({ data }) => data !== '')
  t.equal(events.length, 1)
  t.match(JSON.parse(events[0]?.data ?? ''), { id: 9, result: { content: [{ text: 'lost' }] } })
  const again = readSse(await view(session, id), () => {})
  t.equal((await again.rest()).filter(({ data }) => data !== '').length, 1, 'as often as asked')
  t.equal((await view(session, events[0]?.id)).status, 204, 'nothing is left')
})

t.test('a GET takes a call’s stream over from its POST', async (t) => {
  const session = await beginSession(house, token)
  const first = readSse(await session.post(call('hold', { name: 'taken' }, 1)), () => {})
  const { id = '' } = await first.next()
  const second = readSse(await view(session, id), () => {})
  t.strictSame(await first.rest(), [])
  fixture.release('taken')
  t.equal((await second.rest()).filter(({ data }) => data !== '').length, 1)
})

t.test('closeSSE sends the client away, and the answer waits for it', async (t) => {
  const session = await beginSession(house, token)
  const events = await readSse(await session.post(call('leave', { name: 'left' })), () => {}).rest()
  t.match(events, [{ data: '' }], 'only the event that tells where to come back')
  t.equal(events.length, 1)
  fixture.release('left')
  const rest = await readSse(await view(session, events[0]?.id), () => {}).rest()
  t.match(JSON.parse(rest.at(-1)?.data ?? ''), { id: 1, result: { content: [{ text: 'left' }] } })
})

t.test('closeSSE is nothing to a client that could not come back', async (t) => {
  const session = await beginSession(house, token, '2025-06-18')
  const answer = session.post(call('leave', { name: 'stays' }))
  await fixture.begun('stays')
  fixture.release('stays')
  t.match(await message(await answer), { result: { content: [{ text: 'stays' }] } })
})

t.test('MCP 2025-11-25 Cancellation: the handler is told, nobody is answered', async (t) => {
  const session = await beginSession(house, token)
  const stream = readSse(await session.post(call('hold', { name: 'cancelled' }, 3)), () => {})
  const { id = '' } = await stream.next()
  for (const other of ['3', 4, null, {}, undefined, 3.5]) {
    const answer = await session.post(cancel(other))
    await answer.text()
    t.ok(answer.status === 202 || answer.status === 400)
  }
  t.equal((await session.post(cancel(3))).status, 202)
  await fixture.cancelled('cancelled')
  t.strictSame(await stream.rest(), [])
  fixture.release('cancelled')
  t.equal((await view(session, id)).status, 204)
})

t.test('cancelled before it became a stream: it ends, and no answer is lost', async (t) => {
  const session = await beginSession(house, token, '2025-03-26')
  const batch = session.post([
    call('echo', { text: 'kept' }, 'echo'),
    call('hold', { name: 'early' }, 'hold'),
  ])
  await fixture.begun('early')
  await session.post(cancel('hold'))
  const text = await (await batch).text()
  t.match(text, 'kept')
  t.notMatch(text, '"hold"')
})

t.test('MCP 2025-11-25 Logging: the level holds over requests', async (t) => {
  const session = await beginSession(house, token)
  const levels = async () => {
    const text = await (await session.post(call('log'))).text()
    return [...text.matchAll(/"level":"(\w+)"/g)].map(([, level]) => level)
  }
  const set = { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'error' } }
  t.match(await message(await session.post(set)), { id: 1, result: {} })
  t.strictSame(await levels(), ['error'])
  await (await session.post({ ...set, params: { level: 'debug' } })).text()
  t.strictSame(await levels(), ['debug', 'info', 'error'])
  const bad = await session.post({ ...set, params: { level: 'loud' } })
  t.match(await message(bad), { id: 1, error: { code: -32602 } }, 'MCP Logging, “Error Handling”')
  t.strictSame(await levels(), ['debug', 'info', 'error'], 'what was refused is not remembered')
})

t.test('elicitation: asked on the call’s stream, answered by a POST of its own', async (t) => {
  const session = await beginSession(house, token, '2025-11-25', { elicitation: {} })
  const streams = []
  for (const name of ['ask', 'confirm']) {
    streams.push(readSse(await session.post(call(name, {}, name)), () => {}))
  }
  const asked = []
  for (const stream of streams) asked.push(JSON.parse((await stream.next('message')).data))
  t.not(asked[0].id, asked[1].id, 'ids that no two servers of the session share')
  for (const { id, method } of asked.reverse()) {
    t.equal(method, 'elicitation/create')
    const result = { action: 'accept', content: { sure: true } }
    t.equal((await session.post({ jsonrpc: '2.0', id, result })).status, 202)
  }
  const answers = []
  for (const stream of streams) answers.push((await stream.rest()).at(-1)?.data)
  t.match(answers, [/"accept"/, /sure: true/])
})

t.test('a cancellation that comes while the server is being made is not missed', async (t) => {
  const fixture = fixtureServer()
  let arrived = () => {}
  let go = () => {}
  const making = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const made = new Promise<void>((resolve) => {
    go = resolve
  })
  const house = await startHouse(
    {},
    {
      async createServer(context) {
        if (context.asked?.name === 'hold') {
          arrived()
          await made
        }
        return fixture.createServer(context)
      },
    },
  )
  t.teardown(() => house.close())
  const session = await beginSession(house, await house.gateway.mint())
  const held = session.post(call('hold', { name: 'early' }, 5))
  await making
  t.equal((await session.post(cancel(5))).status, 202)
  go()
  await fixture.cancelled('early')
  t.notMatch(await (await held).text(), '"result"')
})

t.test('what no call has asked is nobody’s: it is taken, and kept nowhere', async (t) => {
  const session = await beginSession(house, token)
  const held = readSse(await session.post(call('hold', { name: 'undisturbed' }, 1)), () => {})
  const { id = '' } = await held.next()
  const result = { action: 'accept' }
  for (const answered of ['nobody.0', 7, 'x', `${'0'.repeat(36)}.0`]) {
    t.equal((await session.post({ jsonrpc: '2.0', id: answered, result })).status, 202)
  }
  const large = { picture: 'x'.repeat(1024 * 1024) }
  const answer = await session.post({ jsonrpc: '2.0', id: 'nobody.0', result: large })
  t.equal(answer.status, 413)
  await answer.text()
  fixture.release('undisturbed')
  t.match((await held.rest()).at(-1)?.data, 'undisturbed')
  t.equal((await (await view(session, id)).text()).match(/"result"/g)?.length, 1)
})

t.test('subscriptions are bounded in number and length', async (t) => {
  const session = await beginSession(house, token)
  const subscribe = async (uri: string) =>
    message(
      await session.post({ jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri } }),
    )
  t.match(await subscribe(WATCHED), { result: {} })
  t.match(await subscribe(`x:${'y'.repeat(2_048)}`), { error: { code: -32602 } })
  for (let at = 1; at < 200; at++) await subscribe(`x:${at}`)
  t.match(await subscribe('x:one-more'), { error: { code: -32602 } })
  t.match(await subscribe(WATCHED), { result: {} }, 'there already')
})

t.test('app.close() answers running calls with an error, and ends views', async (t) => {
  const fixture = fixtureServer()
  const house = await startHouse({}, { createServer: fixture.createServer })
  const session = await beginSession(house, await house.gateway.mint())
  const standalone = readSse(await view(session), () => {})
  await standalone.next()
  const streamed = readSse(await session.post(call('hold', { name: 'a' }, 'a')), () => {})
  await streamed.next()
  const early = session.post(call('hold', { name: 'b' }, 'b'))
  await fixture.begun('b')
  const closed = house.close()
  t.match(await streamed.rest(), [{ data: /"id":"a","error":\{"code":-32603/ }])
  t.match(await (await early).text(), /"id":"b","error":\{"code":-32603/)
  t.strictSame(await standalone.rest(), [])
  await closed
})
