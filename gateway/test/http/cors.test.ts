import t from 'tap'
import { originCors, originPreflight, publicCors, publicPreflight } from '../../src/http/cors.ts'

t.test('C15: public endpoints may be read by any page, never with credentials', (t) => {
  t.equal(publicCors['access-control-allow-origin'], '*')
  t.equal(publicCors['access-control-allow-credentials'], undefined)
  t.match(publicCors['access-control-expose-headers'], /mcp-session-id, www-authenticate/)
  t.end()
})

t.test('C15, RFC 9449 §4.1: a preflight allows what MCP clients in a browser send', (t) => {
  const headers = publicPreflight(['POST'], undefined)
  t.equal(headers['access-control-allow-methods'], 'POST, OPTIONS')
  t.equal(
    headers['access-control-allow-headers'],
    'authorization, content-type, accept, mcp-protocol-version, mcp-session-id, last-event-id, mcp-method, mcp-name, dpop',
  )
  t.end()
})

t.test('mcp-param-* headers are allowed exactly as asked, others are not', (t) => {
  const headers = publicPreflight(
    ['POST'],
    'Mcp-Param-Region , x-evil, mcp-param-, mcp-param-a\r\nb',
  )
  t.match(headers['access-control-allow-headers'], /dpop, Mcp-Param-Region$/)
  t.end()
})

t.test('/mcp answers name one origin and vary by it', (t) => {
  t.same(originCors(undefined), { vary: 'origin' })
  t.match(originCors('https://inspector.example'), {
    vary: 'origin',
    'access-control-allow-origin': 'https://inspector.example',
    'access-control-allow-credentials': undefined,
  })
  t.match(originPreflight('https://inspector.example', ['GET', 'POST'], 'mcp-param-x'), {
    'access-control-allow-origin': 'https://inspector.example',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': /mcp-param-x$/,
  })
  t.end()
})
