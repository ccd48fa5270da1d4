/** 2026-07-28 as it is on the wire (MCP 2026-07-28, Streamable HTTP, Subscriptions). */
import { request } from 'node:http'
import t from 'tap'
import { fixtureServer, WATCHED } from '../support/fixture-server.ts'
import { ask, call, message, startHouse } from '../support/house.ts'
import { modernRequest, type Params } from '../support/modern.ts'
import { openSse } from '../support/sse.ts'

const fixture = fixtureServer()
const house = await startHouse({}, { createServer: fixture.createServer })
t.teardown(() => house.close())
const token = await house.gateway.mint()
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'

function listen(notifications: Params, id: string) {
  const { headers, ...init } = modernRequest('subscriptions/listen', { notifications }, token, id)
  return openSse(house.mcpUrl, headers as Record<string, string>, init)
}

function announce(what: string) {
  return ask(house, token, {
    method: 'tools/call',
    params: call('announce', { what }).params,
  }).then((answer) => answer.text())
}

/** A request with its headers or its `_meta` changed; undefined takes one out. */
function send(headers: Record<string, string | undefined>, change: (params: Params) => void) {
  const request = modernRequest('tools/call', call('echo', { text: 'x' }).params, token)
  const body = JSON.parse(request.body) as { params: Params }
  change(body.params)
  const merged = Object.entries({ ...request.headers, ...headers })
  return fetch(house.mcpUrl, {
    method: 'POST',
    headers: merged.flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
    body: JSON.stringify(body),
  })
}

t.test('MCP 2026-07-28 Cancellation: a response stream that is closed cancels', async (t) => {
  const params = call('hold', { name: 'closed' }).params
  const { headers, ...init } = modernRequest('tools/call', params, token)
  const abort = new AbortController()
  const answer = fetch(house.mcpUrl, { headers, ...init, signal: abort.signal })
  await fixture.begun('closed')
  abort.abort()
  await t.rejects(answer)
  await t.resolves(fixture.cancelled('closed'))
})

t.test('MCP 2026-07-28 Subscriptions: acknowledged first, then only what was asked', async (t) => {
  const one = await listen({ toolsListChanged: true }, 'one')
  const two = await listen({ promptsListChanged: true, resourceSubscriptions: [WATCHED] }, 'two')
  for (const [id, stream] of Object.entries({ one, two })) {
    t.match(JSON.parse((await stream.next()).data), {
      method: 'notifications/subscriptions/acknowledged',
      params: { _meta: { [SUBSCRIPTION]: id } },
    })
  }
  for (const what of ['resources', 'fixture://unwatched', WATCHED, 'prompts', 'tools']) {
    await announce(what)
  }
  t.match(JSON.parse((await one.next()).data), {
    method: 'notifications/tools/list_changed',
    params: { _meta: { [SUBSCRIPTION]: 'one' } },
  })
  for (const method of ['resources/updated', 'prompts/list_changed']) {
    t.match(JSON.parse((await two.next()).data), {
      method: `notifications/${method}`,
      params: { _meta: { [SUBSCRIPTION]: 'two' } },
    })
  }
  one.close()
  two.close()
})

t.test('MCP 2026-07-28: a stream asks proxies not to hold it back', async (t) => {
  const stream = await listen({ toolsListChanged: true }, 'buffering')
  t.match(stream.response.headers.get('content-type'), 'text/event-stream')
  t.equal(stream.response.headers.get('x-accel-buffering'), 'no')
  stream.close()
})

t.test(
  'MCP 2026-07-28 Versioning: an unsupported version is 400 with those there are',
  async (t) => {
    const answer = await send({ 'mcp-protocol-version': '2099-01-01' }, ({ _meta }) => {
      Object.assign(_meta as object, { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' })
    })
    t.equal(answer.status, 400)
    const { error } = await message(answer)
    t.match(error, { code: -32022, data: { supported: ['2026-07-28'], requested: '2099-01-01' } })
  },
)

t.test('MCP 2026-07-28 _meta: a required field that is missing is -32602 with 400', async (t) => {
  for (const field of ['protocolVersion', 'clientCapabilities']) {
    const answer = await send({}, ({ _meta }) => {
      delete (_meta as Record<string, unknown>)[`io.modelcontextprotocol/${field}`]
    })
    t.equal(answer.status, 400, field)
    t.match(await message(answer), { error: { code: -32602 } }, field)
  }
})

t.test(
  'MCP 2026-07-28 Server Validation: a header that is missing is -32020 with 400',
  async (t) => {
    for (const header of ['mcp-protocol-version', 'mcp-method', 'mcp-name']) {
      const answer = await send({ [header]: undefined }, () => {})
      t.equal(answer.status, 400, header)
      t.match(await message(answer), { error: { code: -32020 } }, header)
    }
  },
)

t.test('MCP 2026-07-28 Value Encoding: a name in Base64 is decoded and compared', async (t) => {
  const encoded = (name: string) => `=?base64?${Buffer.from(name).toString('base64')}?=`
  const good = await send({ 'mcp-name': encoded('echo') }, () => {})
  t.equal(good.status, 200)
  t.match(await message(good), { result: { content: [{ text: 'x' }] } })
  for (const name of [encoded('hold'), '=?base64?*?=', '=?base64?']) {
    const bad = await send({ 'mcp-name': name }, () => {})
    t.equal(bad.status, 400, name)
    t.match(await message(bad), { error: { code: -32020 } }, name)
  }
})

t.test('MCP 2026-07-28: a notification is 202 without a body, a response is refused', async (t) => {
  const post = (body: object) =>
    fetch(house.mcpUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'notifications/cancelled',
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...body }),
    })
  const taken = await post({ method: 'notifications/cancelled', params: { requestId: 'none' } })
  t.equal(taken.status, 202)
  t.equal(await taken.text(), '')
  const refused = await post({ id: 1, result: {} })
  t.equal(refused.status, 400)
  await refused.text()
})

t.test('MCP 2026-07-28 Logging: nothing is logged to who did not ask for it', async (t) => {
  const answer = await ask(house, token, { method: 'tools/call', params: call('log').params })
  t.notMatch(await answer.text(), 'notifications/message')
  const asked = call('log').params
  const { body, ...request } = modernRequest('tools/call', asked, token)
  const leveled = body.replace('"_meta":{', '"_meta":{"io.modelcontextprotocol/logLevel":"error",')
  const text = await (await fetch(house.mcpUrl, { ...request, body: leveled })).text()
  t.strictSame(
    [...text.matchAll(/"level":"(\w+)"/g)].map(([, level]) => level),
    ['error'],
  )
})

t.test(
  'MCP 2026-07-28 Multi Round-Trip Requests: who cannot be asked is told -32021',
  async (t) => {
    const answer = await ask(house, token, { method: 'tools/call', params: call('confirm').params })
    t.equal(answer.status, 400)
    t.match(await message(answer), { error: { code: -32021 } })
  },
)

t.test('MCP 2026-07-28 server/discover: versions, capabilities and identity', async (t) => {
  const answer = await message(await ask(house, token, { method: 'server/discover' }))
  t.match(answer.result, {
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {}, resources: {}, prompts: {}, logging: {} },
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'fixture', version: '1' } },
  })
})

t.test(
  'MCP 2026-07-28 Graceful Closure: the process ends a subscription with its result',
  async (t) => {
    const other = await startHouse()
    t.teardown(() => other.gateway.close())
    const { headers, ...init } = modernRequest(
      'subscriptions/listen',
      { notifications: { toolsListChanged: true } },
      await other.gateway.mint(),
      'ending',
    )
    const stream = await openSse(other.mcpUrl, headers as Record<string, string>, init)
    await stream.next()
    await other.app.close()
    t.match(JSON.parse((await stream.rest()).at(-1)?.data ?? ''), {
      id: 'ending',
      result: { resultType: 'complete', _meta: { [SUBSCRIPTION]: 'ending' } },
    })
  },
)

t.test('MCP 2026-07-28 Logging: a level that there is not is -32602', async (t) => {
  const answer = await send({}, ({ _meta }) => {
    Object.assign(_meta as object, { 'io.modelcontextprotocol/logLevel': 'loud' })
  })
  t.match(await message(answer), { error: { code: -32602 } })
})

t.test('MCP 2026-07-28 Case Sensitivity: header names in any case, values exactly', async (t) => {
  const status = (method: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { headers, body } = modernRequest('tools/list', {}, token)
      const sent = Object.entries({ ...headers, 'mcp-method': method }).map(
        ([name, value]): [string, string] => [name.toUpperCase(), value],
      )
      request(house.mcpUrl, { method: 'POST', headers: Object.fromEntries(sent) }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode))
      })
        .once('error', reject)
        .end(body)
    })
  t.equal(await status('tools/list'), 200)
  t.equal(await status('TOOLS/LIST'), 400)
})
