import { request } from 'node:http'
import t from 'tap'
import { startHouse } from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())

const METHODS = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD'] as const

t.test('RFC 6750 §3.1: without an assertion the challenge has no error code', async (t) => {
  for (const method of METHODS) {
    const answer = await fetch(house.mcpUrl, { method })
    t.equal(answer.status, 401, method)
    t.equal(answer.headers.get('www-authenticate'), 'Bearer')
  }
  const basic = await fetch(house.mcpUrl, { headers: { authorization: 'Basic YTpi' } })
  t.equal(basic.headers.get('www-authenticate'), 'Bearer')
})

t.test(
  'RFC 6750 §3.1: an assertion that is refused is invalid_token, whatever the body',
  async (t) => {
    const answer = await fetch(house.mcpUrl, {
      method: 'POST',
      headers: { authorization: 'Bearer bsg_at_leaked.secret', 'content-type': 'application/json' },
      body: '{not json',
    })
    t.equal(answer.status, 401)
    t.match(answer.headers.get('www-authenticate'), /^Bearer error="invalid_token", error_desc/)
    const body = await answer.text()
    t.match(JSON.parse(body), { error: 'invalid_token' })
    t.notMatch(body, 'leaked')
  },
)

t.test('two Authorization headers are refused, be both good', async (t) => {
  const token = await house.gateway.mint()
  const status = await new Promise((resolve, reject) => {
    const call = request(house.mcpUrl, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    call.setHeader('authorization', [`Bearer ${token}`, `Bearer ${token}`])
    call.on('error', reject).end()
  })
  t.equal(status, 401)
})

t.test('keys that cannot be read are 503 with Retry-After, never 401', async (t) => {
  const other = await startHouse()
  t.teardown(() => other.close())
  const token = await other.gateway.mint()
  other.gateway.failWith(500)
  const headers = { authorization: `Bearer ${token}` }
  const down = await fetch(other.mcpUrl, { headers })
  t.equal(down.status, 503)
  t.match(down.headers.get('retry-after'), /^\d+$/)
  t.equal(down.headers.get('www-authenticate'), null)
  other.gateway.failWith(undefined)
  t.equal((await fetch(other.mcpUrl, { headers })).status, 400, 'passed the gate')
})

t.test('no assertion and no header of one is ever logged', async (t) => {
  const lines: string[] = []
  const loud = await startHouse(
    { LOG_LEVEL: 'trace' },
    { logTo: { write: (line) => void lines.push(line) } },
  )
  t.teardown(() => loud.close())
  const good = await loud.gateway.mint()
  const bad = await loud.gateway.mint({ claims: { aud: 'elsewhere' } })
  for (const token of [good, bad, 'not-a-token']) {
    await fetch(loud.mcpUrl, { headers: { authorization: `Bearer ${token}` } })
  }
  const log = lines.join('')
  t.match(log, 'assertion refused')
  for (const token of [good, bad]) t.notMatch(log, token.split('.')[2] ?? 'no signature')
  t.notMatch(log, 'not-a-token')
})
