import t from 'tap'
import { publicUrls } from '../../src/oauth/issuer.ts'
import { canonicalResource } from '../../src/oauth/resource-indicator.ts'

const urls = publicUrls(new URL('https://door.example'))

t.test('C35: the spellings of real clients all mean the one resource', async (t) => {
  for (const spelling of [
    undefined,
    'https://door.example/mcp',
    'https://door.example/mcp/',
    'https://DOOR.example/mcp',
    'https://door.example:443/mcp',
    'https://door.example',
    'https://door.example/',
  ]) {
    t.equal(canonicalResource(spelling, urls), 'https://door.example/mcp', String(spelling))
  }
})

t.test(
  'RFC 8707 §2: the URL of the HTTP+SSE transport is an alias of the one audience, where it has a door',
  async (t) => {
    const without = publicUrls(new URL('https://door.example'), false)
    for (const spelling of [
      'https://door.example/sse',
      'https://door.example/sse/',
      'HTTPS://DOOR.example/sse',
      'https://door.example:443/sse',
    ]) {
      t.equal(canonicalResource(spelling, urls), 'https://door.example/mcp', spelling)
      t.throws(() => canonicalResource(spelling, without), { code: 'invalid_target' }, spelling)
    }
  },
)

t.test('RFC 8707 §2: anything else is invalid_target', async (t) => {
  for (const other of [
    'https://door.example/other',
    'https://door.example/mcp/x',
    'https://door.example/MCP',
    'https://door.example/SSE',
    'https://door.example/sse/x',
    'https://door.example/sse?x=1',
    'https://door.example/messages',
    'http://door.example/sse',
    'http://door.example/mcp',
    'https://door.example:8443/mcp',
    'https://door.example/mcp?x=1',
    'https://door.example/mcp#x',
    'https://u@door.example/mcp',
    'https://evil.example/mcp',
    'mcp',
    'javascript:1',
  ]) {
    t.throws(() => canonicalResource(other, urls), { code: 'invalid_target' }, other)
  }
})
