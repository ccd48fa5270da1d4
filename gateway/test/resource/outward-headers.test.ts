import t from 'tap'
import { outwardHeaders } from '../../src/resource/outward-headers.ts'

const OURS = ['x-content-type-options', 'nosniff', 'vary', 'origin']

function pairs(headers: string[]): string[][] {
  return headers.flatMap((name, at) => (at % 2 ? [] : [[name, headers[at + 1] ?? '']]))
}

t.test('what an MCP answer needs passes', (t) => {
  const theirs = {
    'content-type': 'text/event-stream',
    'content-length': '2',
    'mcp-session-id': 's1',
    'cache-control': 'no-cache',
    'retry-after': '5',
  }
  t.same(pairs(outwardHeaders(theirs, OURS)), [...pairs(OURS), ...Object.entries(theirs)])
  t.end()
})

t.test('mcp sets no cookie, names no software, decides no CORS and asks for no login', (t) => {
  const theirs = {
    'set-cookie': ['a=b'],
    server: 'uvicorn',
    'x-powered-by': 'Express',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'x',
    'access-control-allow-credentials': 'true',
    'www-authenticate': 'Bearer',
    'proxy-authenticate': 'Basic',
    'strict-transport-security': 'max-age=0',
    'x-content-type-options': 'other',
  }
  t.same(pairs(outwardHeaders(theirs, OURS)), pairs(OURS))
  t.end()
})

t.test('RFC 9110 §7.6.1: hop-by-hop headers and what Connection names stay on their hop', (t) => {
  const theirs = {
    connection: 'keep-alive, X-Hop , vary',
    'keep-alive': 'timeout=5',
    'transfer-encoding': 'chunked',
    trailer: 'x',
    'x-hop': '1',
    vary: 'accept',
  }
  t.same(pairs(outwardHeaders(theirs, OURS)), pairs(OURS), 'and ours are not theirs to remove')
  t.end()
})

t.test('Vary adds up, repeated headers stay repeated', (t) => {
  const link = ['<a>', '<b>']
  t.same(pairs(outwardHeaders({ vary: 'accept', link: link as never }, ['vary', 'origin'])), [
    ['vary', 'origin'],
    ['vary', 'accept'],
    ['link', '<a>'],
    ['link', '<b>'],
  ])
  t.end()
})
