import t from 'tap'
import { publicUrls } from '../../src/oauth/issuer.ts'
import { createAdmits } from '../../src/resource/admitted-origin.ts'

t.test(
  'MCP Streamable HTTP, Security Warning: a public door admits itself and those of its setting',
  (t) => {
    const admits = createAdmits(publicUrls(new URL('https://door.example')), ['https://a.example'])
    t.ok(admits('https://door.example'))
    t.ok(admits('https://a.example'))
    for (const origin of [
      'http://door.example',
      'https://door.example:444',
      'http://localhost:6274',
      'null',
      '',
    ])
      t.notOk(admits(origin), origin)
    t.end()
  },
)

t.test('a loopback door admits loopback pages on any port, not names that only look so', (t) => {
  const admits = createAdmits(publicUrls(new URL('http://localhost:3000')), [])
  for (const origin of ['http://localhost:6274', 'http://127.0.0.1', 'https://[::1]:8443'])
    t.ok(admits(origin), origin)
  for (const origin of [
    'http://localhost.evil.example',
    'http://127.0.0.1.nip.io',
    'http://user@localhost:1',
    'null',
  ])
    t.notOk(admits(origin), origin)
  t.end()
})
