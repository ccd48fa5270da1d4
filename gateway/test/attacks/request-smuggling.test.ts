/** What two servers could read as two different requests is read by neither (RFC 9112 §11.2). */
import { connect } from 'node:net'
import t from 'tap'
import { openDoor } from '../support/door.ts'

/** Sends bytes as they are, and returns all that comes back until the connection ends. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

const HIDDEN = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'

t.test(
  'request smuggling: an ambiguous length is refused, and nothing behind it is served',
  async (t) => {
    const door = await openDoor(t)
    const port = Number(new URL(await door.app.listen({ port: 0, host: '127.0.0.1' })).port)
    const post = (headers: string, body: string) =>
      `POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n${headers}\r\n${body}`
    for (const [title, bytes] of [
      [
        'RFC 9112 §6.1: length and chunks',
        post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${HIDDEN}`),
      ],
      ['two lengths', post('Content-Length: 4\r\nContent-Length: 40\r\n', `a=b&${HIDDEN}`)],
      ['a signed length', post('Content-Length: +4\r\n', `a=b&${HIDDEN}`)],
      ['an unknown coding', post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${HIDDEN}`)],
      [
        'a coding spelled twice',
        post('Transfer-Encoding: chunked, chunked\r\n', `0\r\n\r\n${HIDDEN}`),
      ],
      [
        'RFC 9112 §5.1: white space before the colon',
        post('Content-Length : 4\r\n', `a=b&${HIDDEN}`),
      ],
      [
        'RFC 9112 §5.2: a folded line',
        post('Transfer-Encoding:\r\n chunked\r\nX-A: b\r\n c\r\n', `0\r\n\r\n${HIDDEN}`),
      ],
      [
        'a bad chunk size',
        post('Transfer-Encoding: chunked\r\n', `4;\n a=b&\r\n0\r\n\r\n${HIDDEN}`),
      ],
      ['a bare line feed', `POST /token HTTP/1.1\nHost: x\nContent-Length: 4\n\na=b&${HIDDEN}`],
      ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
      ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: x\r\n\r\n'],
      ['a null byte in a header', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n'],
    ] as const) {
      const answer = await exchange(port, bytes)
      t.match(answer, /^HTTP\/1\.1 400 /, title)
      t.equal(answer.split('HTTP/1.1 ').length - 1, 1, `${title}: one answer`)
    }
    t.notMatch(door.logs.join(''), 'smuggled')
    t.match(
      await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'),
      /^HTTP\/1\.1 200 /,
      'a plain one',
    )
  },
)

t.test('RFC 6585 §5: headers beyond 16 KiB are 431, and the process goes on', async (t) => {
  const door = await openDoor(t)
  const port = Number(new URL(await door.app.listen({ port: 0, host: '127.0.0.1' })).port)
  for (const header of [`X-A: ${'a'.repeat(20_000)}`, `Cookie: ${'a=b; '.repeat(5_000)}`]) {
    const answer = await exchange(port, `GET /authorize HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`)
    t.match(answer, /^HTTP\/1\.1 431 /)
  }
  const long = await exchange(
    port,
    `GET /authorize?state=${'s'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  )
  t.match(long, /^HTTP\/1\.1 431 /)
  t.equal((await door.app.inject({ url: '/healthz' })).statusCode, 200)
})
