/** The guard as it is in production, its own resolver included, in a network of the test's own (npm run test:netns). */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createGuardedFetch } from '../../../src/clients/documents/guarded-fetch.ts'
import { type Answers, startDnsServer } from '../../support/dns-server.ts'
import { isOwnNetwork, runInOwnNetwork, setUpOwnNetwork } from '../../support/own-network.ts'

const PUBLIC = '93.184.216.34'
const PUBLIC_6 = '2606:2800:220:1::34'
const PRIVATE = '10.0.0.1'
const URL_OF = (name: string, path = '/client.json') => `https://${name}.example.com${path}`

const fault = (reason: string, message: RegExp = /./) => ({
  name: 'ClientDocumentError',
  reason,
  message,
})

if (isOwnNetwork()) {
  const folder = process.env.CERTIFICATES ?? ''
  setUpOwnNetwork(folder, [`${PUBLIC}/32`, `${PRIVATE}/32`, `${PUBLIC_6}/128`])
  await inside(readFileSync(join(folder, 'cert.pem')), readFileSync(join(folder, 'key.pem')))
} else {
  runInOwnNetwork(t as Test, import.meta.url, ['*.example.com'])
}

async function inside(cert: Buffer, key: Buffer): Promise<void> {
  let answers: Answers = () => []
  const dns = await startDnsServer((question) => answers(question))
  t.teardown(() => dns.close())
  /** Connections by the address that they came to. */
  const connections = new Map<string, number>()
  const servers = await Promise.all(
    [PUBLIC, PUBLIC_6, PRIVATE, '127.0.0.1', '::1'].map((address) => serve(address, cert, key)),
  )
  t.teardown(() => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
  })
  const fetch = createGuardedFetch({ developmentOrigins: [] })

  async function serve(address: string, cert: Buffer, key: Buffer): Promise<Server> {
    const server = createServer({ cert, key }, (request, response) => {
      const json = { 'content-type': 'application/json' }
      const document = JSON.stringify({ served_by: address })
      switch (request.url) {
        case '/client.json':
          return response.writeHead(200, json).end(document)
        case '/redirect':
          return response.writeHead(302, { location: URL_OF('inner') }).end()
        case '/page':
          return response.writeHead(200, { 'content-type': 'text/plain' }).end(document)
        case '/large':
          return response.writeHead(200, json).end(`{"x":"${'x'.repeat(65_536 - 7)}"}`)
        case '/largest':
          return response.writeHead(200, json).end(`{"x":"${'x'.repeat(65_536 - 8)}"}`)
        case '/drips': {
          response.writeHead(200, json)
          const drip = setInterval(() => response.write(' '), 100)
          return response.on('close', () => clearInterval(drip))
        }
        default:
          // And `/silent` is never answered.
          return response
      }
    })
    server.on('connection', () => connections.set(address, (connections.get(address) ?? 0) + 1))
    server.listen(443, address)
    await once(server, 'listening')
    return server
  }

  t.beforeEach(() => connections.clear())

  t.test('a document at a public address is fetched, by IPv4 and by IPv6', async (t) => {
    answers = ({ type }) => (type === 'A' ? [PUBLIC] : [])
    t.match(await fetch(URL_OF('app')), { document: { served_by: PUBLIC } })
    answers = ({ type }) => (type === 'AAAA' ? [PUBLIC_6] : [])
    t.match(await fetch(URL_OF('app')), { document: { served_by: PUBLIC_6 } })
    answers = ({ type }) => (type === 'A' ? [PUBLIC] : [PUBLIC_6])
    t.match(await fetch(URL_OF('app')), { document: { served_by: String } })
  })

  t.test('DNS rebinding: the connection goes to the address that was looked at', async (t) => {
    for (const inner of ['127.0.0.1', PRIVATE]) {
      let asked = 0
      answers = ({ type }) => (type === 'AAAA' ? [] : asked++ === 0 ? [PUBLIC] : [inner])
      t.match(await fetch(URL_OF('rebind')), { document: { served_by: PUBLIC } })
      t.equal(asked, 1, 'the name is asked for once')
      t.equal(connections.get(inner), undefined)
      await t.rejects(fetch(URL_OF('rebind')), fault('refused'), 'and anew the next time')
      t.equal(connections.get(inner), undefined)
    }
  })

  t.test('an answer with an address that is not public is refused whole', async (t) => {
    for (const [a, aaaa] of [
      [['127.0.0.1'], []],
      [[PRIVATE], []],
      [['169.254.169.254'], []],
      [[], ['::1']],
      [[], ['::ffff:5db8:d822']],
      [[PUBLIC, PRIVATE], []],
      [['127.0.0.1', PUBLIC], []],
      [[PUBLIC], ['::1']],
      [[PUBLIC], [PUBLIC_6, 'fe80::1']],
      [[PUBLIC], ['64:ff9b::7f00:1']],
    ]) {
      answers = ({ type }) => (type === 'A' ? a : aaaa)
      const title = [...(a ?? []), ...(aaaa ?? [])].join(' ')
      await t.rejects(fetch(URL_OF('mixed')), fault('refused', /not public/), title)
    }
    t.same([...connections], [], 'nothing was connected to')
  })

  t.test('a literal address is refused, be it public', async (t) => {
    for (const host of ['127.0.0.1', '[::1]', PUBLIC, `[${PUBLIC_6}]`]) {
      await t.rejects(fetch(`https://${host}/client.json`), fault('refused'), host)
    }
    t.same([...connections], [])
  })

  t.test('a redirect is refused, and nobody asks for its target', async (t) => {
    const names: string[] = []
    answers = ({ name, type }) => {
      names.push(name)
      return type === 'A' ? [PUBLIC] : []
    }
    await t.rejects(fetch(URL_OF('app', '/redirect')), fault('refused', /redirects/))
    t.notOk(names.includes('inner.example.com'))
    t.equal(connections.get(PUBLIC), 1)
  })

  t.test('64 KiB and not a byte more; JSON and nothing else', async (t) => {
    answers = ({ type }) => (type === 'A' ? [PUBLIC] : [])
    t.ok(await fetch(URL_OF('app', '/largest')))
    await t.rejects(fetch(URL_OF('app', '/large')), fault('invalid', /64 KiB/))
    await t.rejects(fetch(URL_OF('app', '/page')), fault('invalid', /JSON/))
  })

  t.test('RFC 9110 §4.3.4: a certificate of another name is refused', async (t) => {
    answers = ({ type }) => (type === 'A' ? [PUBLIC] : [])
    const other = fetch('https://app.example.org/client.json')
    await t.rejects(other, fault('unreachable', /ERR_TLS_CERT_ALTNAME_INVALID/))
    const deeper = fetch('https://a.b.example.com/client.json')
    await t.rejects(deeper, fault('unreachable', /ERR_TLS_CERT_ALTNAME_INVALID/))
  })

  t.test('nobody holds us for longer than five seconds', async (t) => {
    answers = ({ name, type }) =>
      name.startsWith('silent') ? undefined : type === 'A' ? [PUBLIC] : []
    const from = performance.now()
    await Promise.all([
      t.rejects(fetch(URL_OF('app', '/drips')), fault('unreachable'), 'a body without an end'),
      t.rejects(fetch(URL_OF('app', '/silent')), fault('unreachable'), 'no answer'),
      t.rejects(fetch(URL_OF('silent')), fault('unreachable'), 'no name server'),
    ])
    const seconds = (performance.now() - from) / 1000
    t.ok(seconds > 4.9 && seconds < 6, `${seconds} s`)
  })
}
