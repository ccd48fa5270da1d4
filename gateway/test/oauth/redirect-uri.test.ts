import t from 'tap'
import { judgeRedirectUri, redirectUriMatches } from '../../src/oauth/redirect-uri.ts'

const cursor = 'cursor://anysphere.cursor-mcp/oauth/callback'

t.test('admitted: https, http on loopback, and exactly what the setting lists', async (t) => {
  for (const uri of [
    'https://claude.ai/api/mcp/auth_callback',
    'https://host:8443/cb?x=1',
    'http://localhost:8787/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:4000/cb',
    cursor,
  ]) {
    t.equal(judgeRedirectUri(uri, [cursor]), 'admitted', uri)
  }
})

t.test('unwelcome: well formed, but policy does not admit it', async (t) => {
  for (const uri of [
    cursor,
    'http://example.com/cb',
    'http://localhost.example.com/cb',
    'http://127.0.0.2/cb',
    'http://0x7f.1/cb',
    'http://%6cocalhost/cb',
    'http://LOCALHOST/cb',
    'com.example.app:/callback',
    'vscode://x/y',
  ]) {
    t.equal(judgeRedirectUri(uri, []), 'unwelcome', uri)
  }
  t.equal(judgeRedirectUri(`${cursor}/more`, [cursor]), 'unwelcome', 'a list entry is exact')
})

t.test(
  'RFC 6749 §3.1.2, RFC 9700 §4.1: script-like, relative, fragment, control characters refuse all',
  async (t) => {
    for (const uri of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\tscript:alert(1)',
      ' javascript:alert(1)',
      '\u0000javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://a/b',
      '/relative',
      '//host/cb',
      'callback',
      '',
      'https://a/cb#fragment',
      'https://a/cb#',
      'https://a/\r\nSet-Cookie:x',
      'https://user:pass@host/cb',
      'https://claude.ai@evil.example/cb',
      'https:\\\\evil.example/cb',
      'https:evil.example/cb',
      'https://@claude.ai/cb',
      'http:localhost/cb',
      'https://exämple.com/cb',
      'https://a/\u202ecb',
      `https://a/${'x'.repeat(2050)}`,
      42,
      null,
      undefined,
      { toString: () => 'https://a/cb' },
      ['https://a/cb'],
    ]) {
      t.equal(judgeRedirectUri(uri, []), 'hostile', String(uri))
    }
  },
)

t.test('RFC 6749 §3.1.2.3: comparison is exact', async (t) => {
  const registered = 'https://client.example/cb'
  t.equal(redirectUriMatches(registered, registered), true)
  for (const other of [
    'https://client.example/cb/',
    'https://client.example/CB',
    'https://client.example:443/cb',
    'https://client.example/cb?x=1',
    'https://client.example/cb/../cb',
    'https://CLIENT.example/cb',
    'https://client.example/cb#',
    'http://client.example/cb',
  ]) {
    t.equal(redirectUriMatches(other, registered), false, other)
  }
})

t.test('RFC 8252 §7.3, C21: on loopback the port may vary, and nothing else', async (t) => {
  t.equal(redirectUriMatches('http://localhost:51234/callback', 'http://localhost/callback'), true)
  t.equal(redirectUriMatches('http://127.0.0.1:1/cb', 'http://127.0.0.1:65535/cb'), true)
  t.equal(redirectUriMatches('http://[::1]:8/cb', 'http://[::1]/cb'), true)
  for (const [requested, registered] of [
    ['http://localhost:1/other', 'http://localhost/callback'],
    ['http://127.0.0.1:1/callback', 'http://localhost/callback'],
    ['http://localhost:1@evil.example/callback', 'http://localhost/callback'],
    ['http://localhost:99999/callback', 'http://localhost/callback'],
    ['http://localhost.evil.example:1/callback', 'http://localhost/callback'],
    ['https://localhost:1/callback', 'https://localhost/callback'],
    ['http://localhost:1/callback#x', 'http://localhost/callback'],
    ['http://localhost:1/callback?x', 'http://localhost/callback'],
  ] as const) {
    t.equal(redirectUriMatches(requested, registered), false, requested)
  }
})
