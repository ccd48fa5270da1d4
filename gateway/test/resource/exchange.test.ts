import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import t from 'tap'
import type { Dispatcher } from 'undici'
import { Exchange } from '../../src/resource/exchange.ts'
import { answerOf, type GuardedDoor, openGuardedDoor, textOf } from '../support/guarded-door.ts'
import { receive } from '../support/mcp-server.ts'

const MB = 1024 * 1024

/** A request to mcp that the test answers by hand. */
async function reached(door: GuardedDoor): Promise<[IncomingMessage, ServerResponse]> {
  return new Promise((resolve) => {
    door.mcp.answer = (request, response) => resolve([request, response])
  })
}

function bearer(token: string, more: Record<string, string> = {}) {
  return { headers: { authorization: `Bearer ${token}`, ...more } }
}

t.test('C56: events leave as they come, the head before the first', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const atMcp = reached(door)
  const outgoing = door.open(bearer(token))
  outgoing.end()
  const [, response] = await atMcp
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  const incoming = await answerOf(outgoing)
  t.equal(incoming.headers['x-accel-buffering'], 'no')
  incoming.setEncoding('utf8')
  for (const event of [': keep-alive\n\n', 'data: 1\n\n', 'data: 2\n\n']) {
    response.write(event)
    const [chunk] = await once(incoming, 'data')
    t.equal(chunk, event, 'while mcp has not ended')
  }
  response.end()
  await once(incoming, 'end')
})

t.test('C56: a request’s body streams up while the client still sends', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  for (const more of [{ 'content-length': '10' }, { 'transfer-encoding': 'chunked' }]) {
    const atMcp = reached(door)
    const outgoing = door.open({ method: 'POST', ...bearer(token, more) })
    outgoing.write('12345')
    const [request, response] = await atMcp
    const [first] = await once(request, 'data')
    t.equal(String(first), '12345')
    outgoing.end('67890')
    const [second] = await once(request, 'data')
    t.equal(String(second), '67890')
    t.equal(request.headers['content-length'], more['content-length'])
    response.end()
    t.equal((await answerOf(outgoing)).statusCode, 200)
  }
})

t.test('bodies of every size and framing arrive whole, both ways', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  door.mcp.answer = (request, response) =>
    void receive(request).then(({ body }) => response.end(body))
  for (const length of [0, 1, 1000, 100_000, 3 * MB]) {
    const body = 'é'.repeat(length)
    t.equal((await door.call(token, { body })).body, body, `${length}`)
    const headers = { 'transfer-encoding': 'chunked' }
    t.equal((await door.call(token, { body, headers })).body, body, `${length}, chunked`)
  }
})

t.test('a client that reads slowly holds mcp back', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const atMcp = reached(door)
  const outgoing = door.open(bearer(token))
  outgoing.end()
  const [, response] = await atMcp
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  const incoming = await answerOf(outgoing)
  const chunk = Buffer.alloc(MB, 'x')
  let written = 0
  // Until mcp is told to wait; without backpressure all of it would go into the gateway's memory.
  while (written < 200 && (response.write(chunk) || (await drained(response)))) written++
  t.ok(written < 200, `mcp was held back after ${written} MB`)
  response.end()
  let length = 0
  for await (const part of incoming) length += part.length
  t.equal(length, (written + 1) * MB, 'and nothing is lost')
})

/** False when it does not drain while the loop turns a while. */
async function drained(response: ServerResponse): Promise<boolean> {
  const gaveUp = new Promise<boolean>((resolve) => setTimeout(resolve, 300, false))
  return Promise.race([once(response, 'drain').then(() => true), gaveUp])
}

t.test('a client that leaves ends the request at mcp', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const { answer } = door.mcp
  t.test('before the answer', async (t) => {
    const atMcp = reached(door)
    const outgoing = door.open({ method: 'POST', ...bearer(token) })
    outgoing.on('error', () => {}).end('{}')
    const [, response] = await atMcp
    outgoing.destroy()
    await once(response, 'close')
    t.notOk(response.writableEnded)
  })
  t.test('in the middle of a stream', async (t) => {
    const atMcp = reached(door)
    const outgoing = door.open(bearer(token))
    outgoing.end()
    const [, response] = await atMcp
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    const incoming = await answerOf(outgoing)
    incoming.on('error', () => {}).destroy()
    await once(response, 'close')
    t.notOk(response.writableEnded)
  })
  t.test('in the middle of its own body', async (t) => {
    const atMcp = reached(door)
    const outgoing = door.open({ method: 'POST', ...bearer(token, { 'content-length': '10' }) })
    outgoing.on('error', () => {}).write('12345')
    const [request] = await atMcp
    const closed = new Promise((resolve) => request.once('close', resolve).on('error', () => {}))
    outgoing.destroy()
    await closed
    t.notOk(request.complete)
  })
  t.test('and is not a failure of mcp', async (t) => {
    door.mcp.answer = answer
    t.equal((await door.call(token)).status, 200)
    t.notMatch(door.logs.join(), 'mcp could not answer')
    t.equal(door.upstream.state, 'reachable')
  })
})

t.test(
  'MCP 2026-07-28 “Cancellation”: a client that leaves while its call waits or streams cancels it: the request at mcp is aborted',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    for (const [method, path, more] of [
      ['POST', '/mcp', { 'mcp-method': 'tools/call', 'mcp-protocol-version': '2026-07-28' }],
      ['POST', '/mcp', { 'mcp-method': 'subscriptions/listen' }],
      ['GET', '/mcp', { 'last-event-id': '1-0' }],
      ['GET', '/sse', {}],
      ['POST', '/messages?sessionId=a', {}],
    ] as const) {
      for (const streams of [false, true]) {
        const atMcp = reached(door)
        const outgoing = door.open({ method, path, ...bearer(token, more) })
        outgoing.on('error', () => {}).end(method === 'POST' ? '{}' : undefined)
        const [, response] = await atMcp
        if (streams) {
          response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
          const incoming = await answerOf(outgoing)
          await once(
            incoming.on('error', () => {}),
            'readable',
          )
        }
        const closed = once(response, 'close')
        outgoing.destroy()
        await closed
        t.notOk(response.writableEnded, `${method} ${path}, ${streams ? 'streaming' : 'waiting'}`)
      }
    }
    t.notMatch(door.logs.join(), 'mcp could not answer')
  },
)

t.test(
  'RFC 9112 §9.3.2: when a client leaves, its pipelined requests end at mcp too',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    const ended: Promise<unknown>[] = []
    const all = new Promise<void>((resolve) => {
      door.mcp.answer = (_request, response) => {
        ended.push(once(response, 'close'))
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
        if (ended.length === 20) resolve()
      }
    })
    const { port } = door.app.server.address() as AddressInfo
    const client = connect(port, '127.0.0.1')
    await once(client, 'connect')
    const head = `Host: localhost\r\nAuthorization: Bearer ${token}\r\n`
    for (let n = 0; n < 20; n++) {
      client.write(`${n % 2 ? 'GET' : 'POST'} /mcp HTTP/1.1\r\n${head}Content-Length: 0\r\n\r\n`)
    }
    await all
    client.destroy()
    t.equal((await Promise.all(ended)).length, 20)
  },
)

t.test('RFC 9110 §5.3: headers that mcp repeats are no failure', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  door.mcp.answer = (_request, response) => {
    response.writeHead(200, [
      ...['content-type', 'application/json', 'content-type', 'application/json'],
      ...['connection', 'keep-alive', 'connection', 'x-hop', 'x-hop', '1'],
    ])
    response.end('{}')
  }
  const { status, headers, body } = await door.call(token, { body: '{}' })
  t.same([status, body, headers['x-hop']], [200, '{}', undefined])
})

t.test('mcp fails before it answers: a JSON-RPC error that says when to come back', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  t.test('connection cut: 502', async (t) => {
    door.mcp.answer = (request) => request.socket.destroy()
    const { status, headers, json } = await door.call(token, { body: '{}' })
    t.equal(status, 502)
    t.match(headers['retry-after'], /^\d+$/)
    t.match(json(), { jsonrpc: '2.0', id: null, error: { code: -32000, message: String } })
    t.equal(door.upstream.state, 'unreachable')
  })
  t.test('cut between head and body: 502, because nothing has left', async (t) => {
    door.mcp.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '10' }).flushHeaders()
      setImmediate(() => response.destroy())
    }
    t.equal((await door.call(token, { body: '{}' })).status, 502)
  })
  t.test('connection refused: 503', async (t) => {
    await door.mcp.stop()
    const { status, headers } = await door.call(token, { body: '{}' })
    t.equal(status, 503)
    t.match(headers['retry-after'], /^\d+$/)
    t.equal(headers['www-authenticate'], undefined)
    t.match(door.logs.at(-1), /ECONNREFUSED/)
  })
})

t.test(
  'mcp fails in the middle: the client’s connection is cut, so that nothing looks whole',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    const atMcp = reached(door)
    const outgoing = door.open(bearer(token))
    outgoing.end()
    const [, response] = await atMcp
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    const incoming = await answerOf(outgoing)
    const text = textOf(incoming)
    response.destroy()
    await t.rejects(text, { code: 'ECONNRESET' })
  },
)

t.test(
  'an early answer to a long body arrives, and the connection can be used again',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    door.mcp.answer = (_request, response) => response.writeHead(413).end('too long')
    const { status, body } = await door.call(token, { body: 'x'.repeat(5 * MB) })
    t.equal(status, 413)
    t.equal(body, 'too long')
  },
)

t.test(
  'a 401 or a redirect from mcp is our fault: 502, with no challenge and no address',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    for (const [status, header, value] of [
      [401, 'www-authenticate', 'Bearer resource_metadata="http://inner/"'],
      [307, 'location', 'http://inner:3001/mcp/'],
    ] as const) {
      door.mcp.answer = (_request, response) =>
        response.writeHead(status, { [header]: value }).end('x')
      const answer = await door.call(token, { body: '{}' })
      t.equal(answer.status, 502)
      t.equal(answer.headers[header], undefined)
      t.notMatch(answer.body, 'inner')
      t.match(door.logs.at(-1), new RegExp(`mcp answered ${status}`))
    }
    t.equal(door.upstream.state, 'reachable')
  },
)

t.test(
  'C51: a 403 insufficient_scope is spoken with our challenge; any other has none',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    const ours =
      'Bearer resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/mcp"'
    const theirs =
      'Bearer error="insufficient_scope", scope="school:write", resource_metadata="http://inner/"'
    door.mcp.answer = (_request, response) =>
      response.writeHead(403, { 'www-authenticate': theirs }).end('{"error":"insufficient_scope"}')
    const scope = await door.call(token, { body: '{}' })
    t.equal(scope.status, 403)
    t.equal(
      scope.headers['www-authenticate'],
      `${ours}, scope="school:read school:write", error="insufficient_scope"`,
      'what mcp names, and what the token has',
    )
    t.equal(scope.body, '{"error":"insufficient_scope"}')
    door.mcp.answer = (_request, response) =>
      response.writeHead(403, { 'www-authenticate': 'Basic' }).end()
    t.equal((await door.call(token, { body: '{}' })).headers['www-authenticate'], undefined)
  },
)

t.test(
  'MCP 2026-07-28 “Scope Challenge Handling”: status, scopes, body and type of a 403 pass, with the metadata of the door that was used',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant({ scopeGranted: ['school:read'] })
    const body =
      '{"jsonrpc":"2.0","id":7,"error":{"code":-32003,"message":"needs more", "é":[1, 2]}}\n'
    const type = 'application/json; charset=UTF-8; x="y"'
    const scopes = 'school:read school:write school:instruct'
    door.mcp.answer = (_request, response) =>
      response
        .writeHead(403, {
          'content-type': type,
          'www-authenticate': `Bearer error="insufficient_scope", scope="${scopes}", resource_metadata="http://inner/", error_description="x"`,
        })
        .end(body)
    for (const [method, path, metadata] of [
      ['POST', '/mcp', 'mcp'],
      ['GET', '/mcp/', 'mcp'],
      ['GET', '/sse', 'sse'],
      ['POST', '/messages?sessionId=a', 'sse'],
    ] as const) {
      const answer = await door.call(token, { method, path })
      t.equal(answer.status, 403, path)
      t.equal(
        answer.headers['www-authenticate'],
        `Bearer resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/${metadata}", scope="${scopes}", error="insufficient_scope"`,
      )
      t.equal(answer.body, body)
      t.equal(answer.headers['content-type'], type)
    }
  },
)

t.test(
  'a whole answer that its client has not taken yet is cut when the grant or its time ends',
  async (t) => {
    for (const why of ['refused', 'overdue'] as const) {
      const request = new IncomingMessage(new Socket())
      // Without a socket, what is written waits, as it does for a client that does not read.
      const response = new ServerResponse(request)
      const exchange = new Exchange({
        request,
        response,
        path: '/',
        upstream: {
          path: '/',
          httpSse: undefined,
          state: 'unknown',
          dispatch(_options, handler) {
            const controller = {} as Dispatcher.DispatchController
            handler.onResponseStart?.(controller, 200, {}, 'OK')
            handler.onResponseData?.(controller, Buffer.from('{}'))
            handler.onResponseEnd?.(controller, {})
          },
          async close() {},
        },
        headers: [],
        bodyLength: 0,
        ours: [],
        endsAt: Number.POSITIVE_INFINITY,
        heldOpen: false,
        insufficientScope: () => '',
        refuse: () => t.fail('it was answered'),
        onFailure: () => t.fail('nothing failed'),
        onEnd() {},
      })
      exchange.start()
      t.equal(response.writableEnded, true)
      t.equal(response.destroyed, false)
      exchange.end(why)
      t.equal(response.destroyed, true, why)
    }
  },
)

t.test('answers without a body stay without one', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  door.mcp.answer = (_request, response) => response.writeHead(204).end()
  const { status, headers } = await door.call(token, { method: 'DELETE' })
  t.equal(status, 204)
  t.equal(headers['content-length'], undefined, 'RFC 9110 §8.6')
  door.mcp.answer = (_request, response) => response.writeHead(202).end()
  t.equal((await door.call(token, { body: '{}' })).status, 202)
})

t.test('RFC 9112 §6.1, RFC 9110 §10.1.1: odd framing is answered, never sent on', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const { port } = door.app.server.address() as { port: number }
  const head = `POST /mcp HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n`
  const raw = (text: string) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    return textOf(socket)
  }
  t.match(
    await raw(`${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    /^HTTP\/1.1 400/,
  )
  t.equal(door.mcp.received.length, 0)
  t.match(
    await raw(`${head}expect: 100-continue\r\ncontent-length: 2\r\n\r\n{}`),
    /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/,
  )
  t.match(
    await raw(
      `${head.replace('close', 'close, upgrade')}upgrade: websocket\r\ncontent-length: 0\r\n\r\n`,
    ),
    /^HTTP\/1.1 200/,
  )
  for (const { headers } of door.mcp.received) {
    t.equal(headers.expect, undefined)
    t.equal(headers.upgrade, undefined)
  }
})

t.test('connections to mcp are kept, and not capped', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  for (let n = 0; n < 5; n++) await door.call(token, { body: '{}' })
  t.equal(door.mcp.connections, 1)
  const waiting: ServerResponse[] = []
  const all = new Promise<void>((resolve) => {
    door.mcp.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      if (waiting.push(response) === 150) resolve()
    }
  })
  const streams = Array.from({ length: 150 }, () => {
    const outgoing = door.open(bearer(token))
    outgoing.end()
    return answerOf(outgoing)
  })
  await Promise.all([...streams, all])
  t.equal(waiting.length, 150)
  for (const response of waiting) response.end()
})
