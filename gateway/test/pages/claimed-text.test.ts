import t from 'tap'
import { claimedName, destinationOf } from '../../src/pages/claimed-text.ts'

const nameOf = (name: string | undefined) => claimedName(name)?.text

t.test('Unicode TR 36: what makes a name read as another is taken out of it', async (t) => {
  for (const [name, shown] of [
    ['Claude', 'Claude'],
    ['Cl\u202eaude\u2066\u2069', 'Claude'],
    ['Cl\u200ba\u200du\u2060d\ufeffe\u00ad', 'Claude'],
    ['Cl\u0000a\u001bu\u0090de', 'Claude'],
    ['  Claude \r\n\t Code\u2028\u2029', 'Claude Code'],
    ['Cl\u3164a\u115fu\u2800d\u{e0041}e', 'Claude'],
    ['Claude \ud800', 'Claude'],
    [`e${'\u0301'.repeat(50)}x`, '\u00e9\u0301\u0301\u0301x'],
    ['클로드 코드', '클로드 코드'],
    ['<b>&', '&lt;b&gt;&amp;'],
  ] as const) {
    t.equal(nameOf(name), `<bdi>${shown}</bdi>`)
  }
})

t.test('a name that cannot be seen is none', async (t) => {
  for (const name of [undefined, '', ' ', '\u200b\u202e', '\u3164'])
    t.equal(nameOf(name), undefined)
})

t.test('a name is 80 characters long at most, counted by code point', async (t) => {
  t.equal(nameOf('😀'.repeat(80)), `<bdi>${'😀'.repeat(80)}</bdi>`)
  t.equal(nameOf('😀'.repeat(81)), `<bdi>${'😀'.repeat(80)}…</bdi>`)
})

t.test('the host is ASCII, with its port, and says what kind of place it is', async (t) => {
  for (const [uri, host, kind] of [
    ['https://claude.ai/api/mcp/auth_callback', 'claude.ai', 'web'],
    ['https://door.example:8443/cb', 'door.example:8443', 'web'],
    ['https://аррӏе.com/cb', 'xn--80ak6aa92e.com', 'web'],
    ['http://localhost:3333/cb', 'localhost:3333', 'loopback'],
    ['http://127.0.0.1/cb', '127.0.0.1', 'loopback'],
    ['http://[::1]:8080/cb', '[::1]:8080', 'loopback'],
    ['https://localhost.evil.example/cb', 'localhost.evil.example', 'web'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor://anysphere.cursor-mcp', 'app'],
    ['com.example.app:/oauth', 'com.example.app:', 'app'],
  ] as const) {
    t.same(destinationOf(uri), { host, kind }, uri)
  }
})
