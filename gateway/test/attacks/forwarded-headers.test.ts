/** What a client says of where it comes from, and of what it came to, is not believed (peers' CVE-2025-64484, CVE-2026-40575). */
import t from 'tap'
import { CLAUDE, type Door, openDoor } from '../support/door.ts'

const FORGED = {
  'x-forwarded-for': '198.51.100.7',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  forwarded: 'for=198.51.100.7;host=evil.example;proto=https',
  host: 'evil.example',
}

const register = (door: Door, remoteAddress: string, name: string) =>
  door.app.inject({
    method: 'POST',
    url: '/register',
    remoteAddress,
    headers: FORGED,
    payload: { client_name: name, redirect_uris: [CLAUDE] },
  })

const addresses = (door: Door) =>
  door.logs
    .map((line) => JSON.parse(line) as { audit?: string; address?: string })
    .filter(({ audit }) => audit === 'client_registered')
    .map(({ address }) => address)

t.test('forged X-Forwarded-For: believed from TRUSTED_PROXIES only', async (t) => {
  const bare = await openDoor(t)
  await register(bare, '192.0.2.1', 'one')
  t.same(addresses(bare), ['192.0.2.1'])
  const behind = await openDoor(t, { TRUSTED_PROXIES: '10.0.0.0/8' })
  await register(behind, '192.0.2.1', 'one')
  await register(behind, '10.1.2.3', 'two')
  t.same(addresses(behind), ['192.0.2.1', '198.51.100.7'])
})

t.test('forged X-Forwarded-For: nobody escapes a limit by a new header', async (t) => {
  const door = await openDoor(t, { DCR_PER_ADDRESS: '1' })
  const answers = [await register(door, '192.0.2.1', 'one')]
  FORGED['x-forwarded-for'] = '198.51.100.8'
  answers.push(await register(door, '192.0.2.1', 'two'))
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [201, 429],
  )
})

t.test(
  'forged Host and X-Forwarded-Host: every address that we publish is PUBLIC_URL’s',
  async (t) => {
    for (const environment of [{}, { TRUSTED_PROXIES: '127.0.0.1' }]) {
      const door = await openDoor(t, environment)
      for (const url of [
        '/.well-known/oauth-authorization-server',
        '/.well-known/oauth-protected-resource/mcp',
        '/mcp',
      ]) {
        const { body, headers } = await door.app.inject({ url, headers: FORGED })
        t.notMatch(`${body}${JSON.stringify(headers)}`, 'evil.example', url)
      }
      const answer = await register(door, '127.0.0.1', 'one')
      t.match(answer.json().registration_client_uri, /^http:\/\/localhost:3000\//)
    }
  },
)

t.test(
  'a proxy that forwards the port too: nobody escapes a limit by a new connection',
  async (t) => {
    const door = await openDoor(t, { TRUSTED_PROXIES: '10.0.0.0/8', DCR_PER_ADDRESS: '1' })
    const statuses = []
    for (const port of [1001, 1002]) {
      const answer = await door.app.inject({
        method: 'POST',
        url: '/register',
        remoteAddress: '10.1.2.3',
        headers: { 'x-forwarded-for': `198.51.100.7:${port}` },
        payload: { client_name: `at ${port}`, redirect_uris: [CLAUDE] },
      })
      statuses.push(answer.statusCode)
    }
    t.same(statuses, [201, 429])
  },
)
