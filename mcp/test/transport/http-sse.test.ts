import { randomUUID } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { McpServer } from '@modelcontextprotocol/server'
import t from 'tap'
import type { Caller } from '../../src/authentication/person.ts'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'
import { MemoryEventFeed } from '../../src/replicas/memory-event-feed.ts'
import { MemorySessionStore } from '../../src/sessions/memory-session-store.ts'
import { SessionReaders } from '../../src/sessions/session-readers.ts'
import { HttpSseStream } from '../../src/transport/http-sse.ts'
import { type Holding, OpenStreams } from '../../src/transport/open-streams.ts'
import { PersonLimits } from '../../src/transport/person-limits.ts'
import { LIMITS } from '../sessions/session-store-promises.ts'
import { people } from '../support/gateway.ts'
import { beginSession, call, type House, startHouse } from '../support/house.ts'
import { type OpenSse, openSse } from '../support/sse.ts'

const house = await startHouse()
t.teardown(() => house.close())

function sseUrl({ origin }: House): URL {
  return new URL('/sse', origin)
}

/** The stream of a session, and where it says to post. */
async function open(token: string): Promise<{ stream: OpenSse; endpoint: URL }> {
  const stream = await openSse(sseUrl(house), { authorization: `Bearer ${token}` })
  const { data } = await stream.next('endpoint')
  return { stream, endpoint: new URL(data, house.origin) }
}

function post(endpoint: URL, token: string, body: unknown): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

t.test('2024-11-05: the v1 SDK’s client lists and calls over HTTP+SSE', async (t) => {
  const token = await house.gateway.mint({ claims: people.bean })
  const headers = { authorization: `Bearer ${token}` }
  const client = new Client({ name: 'v1', version: '1' })
  await client.connect(
    new SSEClientTransport(sseUrl(house), {
      requestInit: { headers },
      eventSourceInit: { fetch: (url, init) => fetch(url, { ...init, headers }) },
    }),
  )
  t.ok((await client.listTools()).tools.length > 0)
  const result = await client.callTool({ name: 'get_student_info', arguments: {} })
  t.match(result.structuredContent, { id: 'BS-2507' })
  await client.close()
})

t.test('the stream and the posts both need an assertion', async (t) => {
  const answer = await fetch(sseUrl(house))
  t.equal(answer.status, 401)
  await answer.body?.cancel()
  const { stream, endpoint } = await open(await house.gateway.mint())
  const refused = await fetch(endpoint, { method: 'POST', body: '{}' })
  t.equal(refused.status, 401)
  stream.close()
})

t.test('another’s token, another client’s, or other rights find no session: 404', async (t) => {
  const token = await house.gateway.mint()
  const { stream, endpoint } = await open(token)
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  for (const claims of [people.bean, { client_id: 'client-2' }, { scope: 'school:read' }]) {
    const other = await house.gateway.mint({ claims })
    t.equal((await post(endpoint, other, ping)).status, 404)
  }
  t.equal((await post(endpoint, token, ping)).status, 202)
  t.match(JSON.parse((await stream.next('message')).data), { id: 1, result: {} })
  stream.close()
})

t.test('what is no session id, or none any more, is 404', async (t) => {
  const token = await house.gateway.mint()
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  for (const id of [randomUUID(), 'x', '', '{a}', '../../x']) {
    const endpoint = new URL(`/messages?sessionId=${encodeURIComponent(id)}`, house.origin)
    t.equal((await post(endpoint, token, ping)).status, 404, id)
  }
  t.equal((await post(new URL('/messages', house.origin), token, ping)).status, 404)
  const ofMcp = await beginSession(house, token)
  const there = new URL(`/messages?sessionId=${ofMcp.id}`, house.origin)
  t.equal((await post(there, token, ping)).status, 404, 'a session of the other transport')
  const { stream, endpoint } = await open(token)
  stream.close()
  let status = 0
  while (status !== 404) status = (await post(endpoint, token, ping)).status
  t.equal(status, 404, 'it ends with its stream')
})

t.test('a session of HTTP+SSE is none of /mcp', async (t) => {
  const token = await house.gateway.mint()
  const { stream, endpoint } = await open(token)
  const answer = await fetch(house.mcpUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'mcp-session-id': endpoint.searchParams.get('sessionId') ?? '',
    },
    body: JSON.stringify(call('get_my_army')),
  })
  t.equal(answer.status, 404)
  stream.close()
})

t.test('RFC 6750 §3.1: a missing scope is 403 at the post', async (t) => {
  const token = await house.gateway.mint({ claims: { scope: 'school:write' } })
  const { stream, endpoint } = await open(token)
  const answer = await post(endpoint, token, call('get_my_army'))
  t.equal(answer.status, 403)
  t.match(answer.headers.get('www-authenticate'), 'scope="school:read school:write"')
  stream.close()
})

t.test('what is no JSON-RPC message is 400', async (t) => {
  const token = await house.gateway.mint()
  const { stream, endpoint } = await open(token)
  for (const body of [{}, [], null, 'text', [{ jsonrpc: '2.0', id: 1, method: 'ping' }]]) {
    const answer = await post(endpoint, token, body)
    t.equal(answer.status, 400)
    t.match(await answer.json(), { jsonrpc: '2.0', error: { code: Number } })
  }
  stream.close()
})

t.test(
  'hostile: a subscription to what is no string is answered with an error, and all goes on',
  async (t) => {
    const token = await house.gateway.mint()
    const { stream, endpoint } = await open(token)
    // Neither can be made a string.
    for (const uri of [{ toString: 1 }, { toString: null, valueOf: null }]) {
      const params = { uri }
      for (const method of ['resources/subscribe', 'resources/unsubscribe']) {
        const body = { jsonrpc: '2.0', id: method, method, params }
        t.equal((await post(endpoint, token, body)).status, 202)
        const answer = JSON.parse((await stream.next('message')).data)
        t.match(answer, { id: method, error: { code: Number } })
      }
    }
    stream.close()
  },
)

t.test('whatever ends it, a stream is let go of once', async (t) => {
  const onError = (error: Error) => void t.error(error)
  const bus = new MemoryBus(onError)
  const store = new MemorySessionStore({ bus, limits: LIMITS, now: Date.now })
  let ended = 0
  const { end } = store
  store.end = (id) => {
    ended += 1
    return end.call(store, id)
  }
  const held: Holding = {
    sessions: store,
    readers: new SessionReaders({ sessions: store, bus, onError }),
    bus,
    feed: new MemoryEventFeed(Date.now, onError),
    streams: new OpenStreams(Date.now),
    limits: new PersonLimits({ calls: 1, streams: 1, completions: 1, now: Date.now }),
    lifetime: LIMITS.lifetime,
    now: Date.now,
    onError,
  }
  const caller = {
    clientId: 'client-1',
    scopes: [],
    extra: { person: { id: 'person', roles: [], scopes: [] } },
  } as unknown as Caller
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const server = new McpServer({ name: 'test', version: '1' })
  const stream = new HttpSseStream(response, server, caller, held)
  await stream.open()
  t.equal(held.readers.size, 1)
  stream.end()
  stream.end()
  response.emit('close')
  t.equal(ended, 1)
  t.equal(held.readers.size, 0)
  t.equal(held.streams.size, 0)
  await held.streams.close()
})
