/** The guard with a resolver of the test's own, and what it makes of answers, from a server on loopback. */
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { loopbackServer } from '../../../../test/support/loopback-server.ts'
import { createGuardedFetch } from '../../../src/clients/documents/guarded-fetch.ts'

const DOCUMENT = '{"client_id":"x"}'
const fault = (reason: string, message: RegExp = /./) => ({
  name: 'ClientDocumentError',
  reason,
  message,
})

/** A server on loopback, and a fetch to which that is a development origin. */
async function serve(t: Test, listener: RequestListener) {
  const { server, port, origin } = await loopbackServer(t, listener)
  let connections = 0
  server.on('connection', () => connections++)
  const fetch = createGuardedFetch({ developmentOrigins: [origin] })
  return { port, fetch: () => fetch(`${origin}/client.json`), connections: () => connections }
}

const answer =
  (body: string | Buffer, headers: Record<string, string> = {}, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)

for (const [title, addresses] of [
  ['loopback', ['127.0.0.1']],
  ['the metadata service of clouds', ['169.254.169.254']],
  ['IPv4-mapped', ['::ffff:127.0.0.1']],
  ['NAT64', ['64:ff9b::a9fe:a9fe']],
  ['6to4', ['2002:7f00:1::1']],
  ['unique-local', ['fd00:ec2::254']],
  ['a mixed answer, the public address first', ['93.184.216.34', '10.0.0.1']],
  ['a mixed answer, the public address last', ['::1', '93.184.216.34']],
  ['one of many', ['93.184.216.34', '93.184.216.35', '2606:4700::1', 'fe80::1']],
  ['no address at all', ['localhost']],
] as const) {
  t.test(`SSRF: ${title}: refused, and nothing is sent`, async (t) => {
    const { port, connections } = await serve(t, answer(DOCUMENT))
    const fetch = createGuardedFetch({
      developmentOrigins: [],
      resolve: async () => [...addresses],
    })
    const url = `http://app.example.com:${port}/client.json`
    await t.rejects(fetch(url), fault('refused', /not public/))
    t.equal(connections(), 0)
  })
}

for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0177.1']) {
  t.test(`SSRF: ${host} is no name: a connection to it would ask no lookup`, async (t) => {
    const { port, connections } = await serve(t, answer(DOCUMENT))
    let asked = 0
    const fetch = createGuardedFetch({
      developmentOrigins: [],
      resolve: async () => {
        asked++
        return ['93.184.216.34']
      },
    })
    await t.rejects(fetch(`http://${host}:${port}/client.json`), fault('refused'))
    t.equal(connections(), 0)
    t.equal(asked, 0)
  })
}

t.test('a name without an address, or whose name server fails, is out of reach', async (t) => {
  for (const resolve of [
    async () => [],
    async () => Promise.reject(Object.assign(new Error('queryA ESERVFAIL'), { code: 'ESERVFAIL' })),
  ]) {
    const fetch = createGuardedFetch({ developmentOrigins: [], resolve })
    await t.rejects(fetch('https://app.example.com/c'), fault('unreachable'))
  }
})

t.test('CIMD_DEVELOPMENT_ORIGINS: that origin alone may be at any address', async (t) => {
  const { port, fetch } = await serve(t, answer(DOCUMENT))
  t.match(await fetch(), { document: { client_id: 'x' } })
  const other = createGuardedFetch({ developmentOrigins: [`http://127.0.0.1:${port + 1}`] })
  await t.rejects(other(`http://127.0.0.1:${port}/client.json`), fault('refused'))
})

t.test('the content type has to be JSON', async (t) => {
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON;charset=utf-8',
    'application/jwk-set+json',
    'application/vnd.client+json ; x=y',
  ]) {
    const { fetch } = await serve(t, answer(DOCUMENT, { 'content-type': type }))
    t.match(await fetch(), { document: { client_id: 'x' } }, type)
  }
  for (const type of [
    'text/plain',
    'application/javascript',
    'application/jsonp',
    'text/json',
    '',
    'image/png;application/json',
    'application/x-json, application/json',
  ]) {
    const { fetch } = await serve(t, answer(DOCUMENT, { 'content-type': type }))
    await t.rejects(fetch(), fault('invalid'), type)
  }
})

t.test('no redirect is followed', async (t) => {
  for (const status of [300, 301, 302, 303, 307, 308]) {
    const { fetch, connections } = await serve(t, answer(DOCUMENT, { location: '/other' }, status))
    await t.rejects(fetch(), fault('refused', /redirects/), `${status}`)
    t.equal(connections(), 1)
  }
})

t.test('C30: 404 and 410 withdraw; a challenge, a fault or a page is out of reach', async (t) => {
  for (const [status, reason] of [
    [404, 'gone'],
    [410, 'gone'],
    [401, 'unreachable'],
    [403, 'unreachable'],
    [429, 'unreachable'],
    [500, 'unreachable'],
    [503, 'unreachable'],
    [201, 'unreachable'],
    [204, 'unreachable'],
  ] as const) {
    const body = status === 204 ? '' : DOCUMENT
    const { fetch } = await serve(t, answer(body, {}, status))
    await t.rejects(fetch(), fault(reason), `${status}`)
  }
  const page = await serve(t, answer('<html>', { 'content-type': 'text/html; charset=utf-8' }))
  await t.rejects(page.fetch(), fault('unreachable', /page/))
})

t.test('64 KiB and not a byte more, announced or not', async (t) => {
  const ofLength = (length: number) => `{"x":"${'x'.repeat(length - 8)}"}`
  const whole = await serve(t, answer(ofLength(65_536)))
  t.ok(await whole.fetch())
  const announced = await serve(t, answer(ofLength(65_537)))
  await t.rejects(announced.fetch(), fault('invalid', /64 KiB/))
  const chunked = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    for (let at = 0; at < 65; at++) response.write('x'.repeat(1024))
    response.end()
  })
  await t.rejects(chunked.fetch(), fault('invalid', /64 KiB/))
})

t.test('an answer that is not wanted is not read to its end, and ends nothing else', async (t) => {
  for (const [status, headers, reason] of [
    [500, {}, 'unreachable'],
    [302, { location: '/' }, 'refused'],
    [404, {}, 'gone'],
    [200, { 'content-type': 'text/plain' }, 'invalid'],
  ] as const) {
    const closed: Promise<unknown>[] = []
    const { fetch } = await serve(t, (_request, response) => {
      closed.push(once(response, 'close'))
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(4096)));
      }
      response.on('drain', pour)
      pour()
    })
    await t.rejects(fetch(), fault(reason), `${status}`)
    await Promise.all(closed)
    t.equal(closed.length, 1, 'we hung up')
  }
})

t.test('a body that is no JSON object is invalid, and is quoted nowhere', async (t) => {
  for (const body of [
    '',
    'secret',
    '{"secret":',
    '[]',
    '"secret"',
    'null',
    '1',
    '\u0000',
    '{"a":1}x',
  ]) {
    const { fetch } = await serve(t, answer(body))
    const error = await fetch().then(
      () => t.fail('it was taken'),
      (error: Error) => error,
    )
    t.match(error, fault('invalid'), JSON.stringify(body))
    t.notMatch(String(error), /secret/)
  }
  const { fetch } = await serve(t, answer(Buffer.from([0x7b, 0xff, 0xfe])))
  await t.rejects(fetch(), fault('invalid'))
})

t.test('a document nested deeper than any needs is invalid: no store could copy it', async (t) => {
  const nested = (levels: number) => `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`
  const shallow = await serve(t, answer(nested(10)))
  t.ok(await shallow.fetch())
  for (const levels of [100, 32_000]) {
    const { fetch } = await serve(t, answer(nested(levels)))
    await t.rejects(fetch(), fault('invalid', /nested/), `${levels}`)
  }
})

t.test('a connection that breaks or speaks no HTTP is out of reach', async (t) => {
  for (const listener of [
    (_request, response) => response.destroy(),
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{')
      setImmediate(() => response.destroy())
    },
    (_request, response) => {
      response.socket?.end('SSH-2.0-x\r\n')
    },
    answer(DOCUMENT, { 'x-long': 'x'.repeat(20_000) }),
  ] satisfies RequestListener[]) {
    const { fetch } = await serve(t, listener)
    await t.rejects(fetch(), fault('unreachable', /: [A-Z]\w+$/), 'and the log has a name for it')
  }
  const nobody = createGuardedFetch({ developmentOrigins: ['http://127.0.0.1:9'] })
  await t.rejects(nobody('http://127.0.0.1:9/c'), fault('unreachable', /ECONNREFUSED/))
})

t.test('RFC 9111 §5.2.2, §5.3: how long it is fresh', async (t) => {
  const date = 'Mon, 23 Nov 2026 12:00:00 GMT'
  for (const [headers, seconds] of [
    [{}, undefined],
    [{ 'cache-control': 'max-age=600' }, 600],
    [{ 'cache-control': 'public, MAX-AGE="600", immutable' }, 600],
    [{ 'cache-control': 'max-age=600, s-maxage=60' }, 60],
    [{ 'cache-control': 'max-age=600', age: '100' }, 500],
    [{ 'cache-control': 'max-age=600', age: '1000' }, 0],
    [{ 'cache-control': 'max-age=600', age: 'x' }, 600],
    [{ 'cache-control': 'max-age=0' }, 0],
    [{ 'cache-control': 'no-store' }, 0],
    [{ 'cache-control': 'private, no-cache, max-age=600' }, 0],
    [{ 'cache-control': 'max-age=soon' }, undefined],
    [{ 'cache-control': 'max-age=99999999999999999999' }, 999_999_999],
    [{ expires: 'Mon, 23 Nov 2026 12:10:00 GMT', date }, 600],
    [{ expires: 'Mon, 23 Nov 2026 11:00:00 GMT', date }, 0],
    [{ expires: '0', date }, 0],
    [{ expires: '-1' }, 0],
    [{ expires: 'Mon, 23 Nov 2026 12:10:00 GMT', date, 'cache-control': 'max-age=60' }, 60],
  ] as [Record<string, string>, number | undefined][]) {
    const { fetch } = await serve(t, answer(DOCUMENT, headers))
    const { freshFor } = await fetch()
    t.equal(freshFor, seconds === undefined ? undefined : seconds * 1000, JSON.stringify(headers))
  }
})

t.test('it says who asks, and carries nothing else', async (t) => {
  let received: Record<string, unknown> = {}
  const { fetch } = await serve(t, (request, response) => {
    received = request.headers
    answer(DOCUMENT)(request, response)
  })
  await fetch()
  t.match(received, { accept: 'application/json', 'user-agent': /gateway/ })
  t.notHas(received, { cookie: String, authorization: String })
})
