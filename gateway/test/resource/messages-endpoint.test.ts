/** What a client of the deprecated HTTP+SSE transport posts (MCP 2024-11-05), and the one parameter that goes inward. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { openGuardedDoor } from '../support/guarded-door.ts'

const MESSAGE = '{"jsonrpc":"2.0","method":"notifications/initialized"}'

t.test(
  'MCP 2024-11-05 “HTTP with SSE”: the path that mcp names in its endpoint event leads to that session at mcp',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    const endpoint = `/messages?sessionId=${randomUUID()}`
    door.mcp.answer = (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`event: endpoint\ndata: ${endpoint}\n\n`)
    const stream = await door.call(token, { method: 'GET', path: '/sse' })
    t.equal(stream.body, `event: endpoint\ndata: ${endpoint}\n\n`, 'unread and unchanged')
    const path = new URL(/data: (.*)/.exec(stream.body)?.[1] ?? '', door.urls.sse?.resource)
    const posted: unknown[] = []
    door.mcp.answer = (request, response) => {
      posted.push(request.method, request.url)
      response.writeHead(202).end('Accepted')
    }
    const { status, body } = await door.call(token, {
      path: path.pathname + path.search,
      body: MESSAGE,
    })
    t.same([status, body], [202, 'Accepted'])
    t.same(posted, ['POST', endpoint.replace('/messages?', '/inner/messages?tenant=1&')])
  },
)

t.test('attack: of a query only one well-formed sessionId goes inward', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const status = async (query: string) =>
    (await door.call(token, { path: `/messages${query}`, body: MESSAGE })).status
  for (const query of [
    '?sessionId=abc&access_token=x&tenant=2',
    '?tenant=2&sessionId=abc&sessionid=x',
    '?sessionId=%61bc',
    '?session%49d=abc',
  ]) {
    t.equal(await status(query), 200, query)
    t.equal(door.mcp.received.at(-1)?.url, '/inner/messages?tenant=1&sessionId=abc', query)
  }
  const reached = door.mcp.received.length
  for (const query of [
    '',
    '?',
    '?sessionId',
    '?sessionId=',
    '?sessionid=abc',
    '?sessionId=abc&sessionId=abc',
    '?sessionId=abc&session%49d=def',
    '?sessionId[]=abc',
    '?sessionId=a%26tenant%3D2',
    '?sessionId=a%23',
    '?sessionId=a#x',
    '?sessionId=..%2Fmcp',
    '?sessionId=a%0d%0aX:1',
    '?sessionId=a+b',
    '?sessionId=%C3%A9',
    '?sessionId=%ff',
    `?sessionId=${'a'.repeat(129)}`,
  ]) {
    t.equal(await status(query), 400, query)
  }
  t.equal(door.mcp.received.length, reached, 'and nothing of them reached mcp')
  t.equal(await status(`?sessionId=${'a'.repeat(128)}`), 200)
})

t.test(
  'the setting’s own query goes along or is not there; a slash at its end is as none',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { origin } = new URL(door.mcp.url)
    for (const [setting, inward] of [
      ['/mcp', '/messages?sessionId=a'],
      ['/mcp/', '/messages?sessionId=a'],
      ['/a/b/mcp?x=1', '/a/b/messages?x=1&sessionId=a'],
    ] as const) {
      const other = await openGuardedDoor(t, { MCP_UPSTREAM_URL: `${origin}${setting}` })
      const { token } = await other.grant()
      const { json } = await other.call(token, { path: '/messages?sessionId=a', body: MESSAGE })
      t.equal(json().url, inward, setting)
    }
  },
)
