import t from 'tap'
import { createInwardHeaders } from '../../src/resource/inward-headers.ts'

const inward = createInwardHeaders([])

/** The headers that go inward, without the two that are always there. */
function sent(rawHeaders: string[], headers = inward(rawHeaders, 'Bearer assertion').headers) {
  const pairs: string[][] = []
  for (let at = 0; at < headers.length; at += 2) pairs.push(headers.slice(at, at + 2))
  return pairs.filter(([name]) => name !== 'authorization' && name !== 'accept')
}

t.test('what MCP and tracing need goes inward, whatever its case', (t) => {
  const headers = [
    ['Content-Type', 'application/json'],
    ['MCP-Protocol-Version', '2026-07-28'],
    ['Mcp-Session-Id', 's1'],
    ['mcp-param-Region', 'eu'],
    ['Last-Event-ID', '7'],
    ['User-Agent', 'Claude-User'],
    ['traceparent', '00-1-2-01'],
    ['tracestate', 'a=b'],
    ['baggage', 'c=d'],
  ]
  t.same(
    sent(headers.flat()),
    headers.map(([name = '', value = '']) => [name.toLowerCase(), value]),
  )
  t.end()
})

t.test('nothing else does: no identity, cookie, address or origin of the client’s making', (t) => {
  for (const name of [
    'Authorization',
    'Proxy-Authorization',
    'Cookie',
    'X-Forwarded-For',
    'X-Forwarded-User',
    'X-Student-Id',
    'Forwarded',
    'Origin',
    'Host',
    'Referer',
    'Expect',
    'Upgrade',
    'TE',
    'Keep-Alive',
    'Via',
    'mcp',
    'Student-Id',
  ]) {
    t.same(sent([name, 'x']), [], name)
  }
  t.end()
})

t.test('the one Authorization is the assertion', (t) => {
  const { headers } = inward(
    ['authorization', 'Bearer theirs', 'AUTHORIZATION', 'x'],
    'Bearer ours',
  )
  t.same(
    headers.filter((_, at) => headers[at - 1] === 'authorization'),
    ['Bearer ours'],
  )
  t.end()
})

t.test('RFC 9110 §7.6.1: what Connection names stops here, and cannot remove what we add', (t) => {
  const theirs = ['Connection', 'close, MCP-Session-Id , authorization', 'mcp-session-id', 's1']
  t.same(sent(theirs), [])
  t.ok(inward(theirs, 'Bearer ours').headers.includes('Bearer ours'))
  t.same(sent(['connection', 'keep-alive', 'mcp-session-id', 's1']), [['mcp-session-id', 's1']])
  t.end()
})

t.test('FORWARD_HEADERS adds to the list', (t) => {
  const more = createInwardHeaders(['tenant'])
  t.same(sent([], more(['Tenant', 'a', 'Cookie', 'b'], 'Bearer x').headers), [['tenant', 'a']])
  t.end()
})

t.test('C54: Accept is made whole where a client is lax, and kept where it is not', (t) => {
  const accept = (rawHeaders: string[]) => inward(rawHeaders, '').headers.at(-1)
  const both = 'application/json, text/event-stream'
  t.equal(accept([]), both)
  t.equal(accept(['Accept', '*/*']), both)
  t.equal(accept(['Accept', 'application/json']), 'application/json')
  t.equal(accept(['Accept', 'application/json', 'accept', 'text/event-stream']), both)
  t.end()
})

t.test('RFC 9112 §6: the length of the body is read from its framing', (t) => {
  t.equal(inward([], '').bodyLength, 0)
  t.equal(inward(['Content-Length', '12'], '').bodyLength, 12)
  t.equal(inward(['Transfer-Encoding', 'chunked'], '').bodyLength, undefined)
  t.end()
})
