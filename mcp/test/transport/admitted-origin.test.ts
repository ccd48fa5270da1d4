import t, { type Test } from 'tap'
import { type House, startHouse } from '../support/house.ts'

const ROUTES = [
  { method: 'POST', url: '/mcp' },
  { method: 'GET', url: '/mcp' },
  { method: 'DELETE', url: '/mcp' },
  { method: 'GET', url: '/sse' },
  { method: 'POST', url: '/messages' },
] as const

const FOREIGN = [
  'https://evil.example',
  'http://localhost.evil.example',
  'http://evil.example?http://localhost:3000',
  'null',
  'x',
]

/** Without an assertion: 401 says that the page was admitted, and that a login is missing. */
async function expectEach(t: Test, house: House, headers: Record<string, string>, status: number) {
  for (const route of ROUTES) {
    const answer = await house.app.inject({ ...route, headers })
    t.equal(answer.statusCode, status, `${route.method} ${route.url} ${JSON.stringify(headers)}`)
    if (status === 403) t.match(answer.json(), { jsonrpc: '2.0', id: null, error: {} })
  }
}

t.test('MCP Transports, Security Warning: a foreign Origin is 403 on every way in', async (t) => {
  const house = await startHouse()
  t.teardown(() => house.close())
  for (const origin of FOREIGN) await expectEach(t, house, { origin }, 403)
  await expectEach(t, house, { origin: 'http://localhost:6274' }, 401)
  await expectEach(t, house, {}, 401)
})

t.test('DNS rebinding: on loopback the Host has to be this machine too', async (t) => {
  const house = await startHouse()
  t.teardown(() => house.close())
  for (const host of ['evil.example', 'evil.example:3001', 'localhost.evil.example']) {
    await expectEach(t, house, { host }, 403)
  }
  for (const host of ['localhost:3001', '127.0.0.1', '[::1]:3001']) {
    await expectEach(t, house, { host }, 401)
  }
})

t.test('off loopback only pages of the public origin are admitted, under any Host', async (t) => {
  const house = await startHouse({ HOST: '0.0.0.0', PUBLIC_URL: 'https://school.example' })
  t.teardown(() => house.close())
  const host = 'mcp-1.internal:3001'
  for (const origin of [...FOREIGN, 'http://localhost:6274']) {
    await expectEach(t, house, { host, origin }, 403)
  }
  await expectEach(t, house, { host, origin: 'https://school.example' }, 401)
  await expectEach(t, house, { host }, 401)
})
