/** Bytes on the wire, as no HTTP client writes them: answered below 500 or cut off, and the door stays open. */
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { endpoints } from '../support/endpoint-table.ts'
import { text } from './hostile-text.ts'
import { livedInDoor } from './lived-in-door.ts'
import { holds } from './promises.ts'

const bytes = fc.string({
  unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
})
const line = fc.oneof(
  fc.constantFrom(
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding : chunked',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 5, 6',
    'Content-Length: 99999999999999999999',
    'Content-Type: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    'Expect: 100-continue',
    'Expect: nothing',
    'Upgrade: websocket\r\nConnection: upgrade',
    'Upgrade: h2c\r\nHTTP2-Settings: AA',
    'Authorization: Bearer a\r\nAuthorization: Bearer b',
    'Host: a\r\nHost: b',
    ' folded: x',
    `Cookie: ${'a=b; '.repeat(300)}`,
    `X: ${'y'.repeat(20_000)}`,
    'Trailer: x',
    'Range: bytes=0-0,-1',
  ),
  fc.tuple(text, text).map(([name, value]) => `${name}: ${value}`),
  bytes,
)
const target = fc.oneof(
  fc.constantFrom(...endpoints.map(({ path }) => path)),
  fc
    .tuple(fc.constantFrom(...endpoints.map(({ path }) => path)), bytes)
    .map(([path, query]) => `${path}?${query}`),
  fc.constantFrom(
    '*',
    '//',
    '/%',
    '/\\evil.example',
    '//evil.example/',
    'evil.example:443',
    'https://evil.example/authorize',
    '/authorize#x',
  ),
  bytes,
)
const body = fc.oneof(
  fc.constant(''),
  fc.constantFrom('5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '0\r\n\r\n'),
  bytes,
)

t.test('fuzz: bytes on the wire', async (t) => {
  const door = await livedInDoor(t)
  await door.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = door.app.server.address() as AddressInfo
  const method = fc.oneof(
    fc.constantFrom('GET', 'POST', 'OPTIONS', 'TRACE', 'CONNECT', 'QUERY', 'get'),
    bytes,
  )
  const [token = ''] = door.real
  const authorized = fc.constantFrom('X: y', `Authorization: Bearer ${token}`)
  await holds(
    t,
    fc.asyncProperty(
      method,
      target,
      authorized,
      fc.array(line, { maxLength: 4 }),
      body,
      async (...parts) => {
        const [verb, path, first, lines, rest] = parts
        const head = [
          `${verb} ${path} HTTP/1.1`,
          'Host: localhost:3000',
          'Connection: close',
          first,
          ...lines,
        ]
        const answer = await sent(port, `${head.join('\r\n')}\r\n\r\n${rest}`)
        // Each status line, of pipelined requests too.
        for (const [status] of answer.matchAll(/^HTTP\/1\.1 \d{3}/gm)) {
          if (status >= 'HTTP/1.1 500') throw new Error(status)
        }
        if (/^location:/im.test(answer)) throw new Error(answer)
      },
    ),
    150,
  )
  const alive = await fetch(`http://127.0.0.1:${port}/healthz`)
  t.same(await alive.json(), { status: 'alive' })
})

/** All that came back until the other side closed. */
function sent(port: number, request: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(request, 'latin1')))
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk
    })
    // A reset is an answer too.
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}
