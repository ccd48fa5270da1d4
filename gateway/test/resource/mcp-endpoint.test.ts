import t from 'tap'
import { mintToken, newGrantId } from '../../src/oauth/token-value.ts'
import { StoreUnavailableError } from '../../src/store/store.ts'
import { assertionOf, openGuardedDoor } from '../support/guarded-door.ts'

const METADATA =
  'Bearer resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/mcp", scope="school:read school:write"'
const TOOLS_CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'

t.test(
  'C1, RFC 6750 §3.1: every method without a token is 401 with the challenge alone',
  async (t) => {
    const door = await openGuardedDoor(t)
    for (const path of ['/mcp', '/mcp/']) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
        const { status, headers, body } = await door.call(undefined, { method, path })
        t.equal(status, 401, `${method} ${path}`)
        t.equal(headers['www-authenticate'], METADATA)
        if (method !== 'HEAD') t.match(JSON.parse(body), { error: 'invalid_token' })
      }
    }
    t.equal(door.reads, 0, 'the store was not asked')
    t.equal(door.mcp.connections, 0)
  },
)

t.test('C1: 401 comes before the body, its type and its size, and before Origin', async (t) => {
  const door = await openGuardedDoor(t)
  const headers = { 'content-type': 'no type at all', origin: 'https://evil.example' }
  t.equal((await door.call(undefined, { headers, body: '{' })).status, 401)
  const waiting = door.open({ method: 'POST', headers: { 'content-length': '1000000' } })
  waiting.flushHeaders()
  const { statusCode } = await new Promise<{ statusCode?: number }>((resolve) =>
    waiting.once('response', resolve),
  )
  t.equal(statusCode, 401, 'no byte of the body was sent')
  waiting.destroy()
})

t.test('RFC 6750 §3.1, C50: a token that is not good is 401 invalid_token', async (t) => {
  const door = await openGuardedDoor(t)
  const { token, id } = await door.grant()
  const expired = await door.grant()
  const elsewhere = await door.grant({ resource: 'http://localhost:3000/other' })
  await door.store.revoke(id)
  const bad = {
    revoked: token,
    malformed: 'x',
    'of the provider': 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln',
    'a refresh token': mintToken('refresh', newGrantId()).value,
    unknown: mintToken('access', newGrantId()).value,
    'for another resource (RFC 8707 §2)': elsewhere.token,
    'the assertion of the inner road': await door.keys.signAssertion({ sub: 'ender' }),
  }
  for (const [what, value] of Object.entries(bad)) {
    const { status, headers, json } = await door.call(value)
    t.equal(status, 401, what)
    t.equal(headers['www-authenticate'], `${METADATA}, error="invalid_token"`)
    t.match(json(), { error: 'invalid_token', error_description: /revoked/ })
  }
  door.clock.now += door.config.ACCESS_TOKEN_TTL * 1000
  t.equal((await door.call(expired.token)).status, 401, 'expired')
  t.equal(door.mcp.connections, 0)
  t.notMatch(door.logs.join(), token.slice(10))
})

t.test('OAuth 2.1 §5.1: a token in the query is not looked at, nor sent on', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const path = `/mcp?access_token=${token}`
  const refused = await door.call(undefined, { path })
  t.equal(refused.headers['www-authenticate'], METADATA, 'as if none was sent')
  await door.call(token, { path })
  t.equal(door.mcp.received[0]?.url, '/inner/mcp?tenant=1')
  t.notMatch(door.logs.join(), token)
})

t.test('two Authorization headers are refused, whichever is good', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  for (const values of [
    [`Bearer ${token}`, 'Bearer x'],
    ['Basic eDp5', `Bearer ${token}`],
    [`Bearer ${token}`, `Bearer ${token}`],
  ]) {
    const outgoing = door.open({ method: 'POST' })
    outgoing.setHeader('authorization', values)
    outgoing.end()
    const { statusCode, headers } = await new Promise<{
      statusCode?: number
      headers: Record<string, unknown>
    }>((resolve) => outgoing.once('response', resolve))
    t.equal(statusCode, 400)
    t.match(headers['www-authenticate'], /error="invalid_request"$/)
  }
  t.equal(door.reads, 0)
})

t.test(
  'RFC 9110 §11.1: the name of the scheme is case-insensitive; other schemes are no token',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEARER  ']) {
      t.equal(
        (await door.call(undefined, { headers: { authorization: `${scheme} ${token}` } })).status,
        200,
      )
    }
    for (const authorization of ['Basic eDp5', 'Bearer', `Bearer${token}`, token]) {
      const { status, headers } = await door.call(undefined, { headers: { authorization } })
      t.equal(status, 401)
      t.equal(headers['www-authenticate'], METADATA)
    }
  },
)

t.test('Origin: absent, our own and admitted ones pass, others are 403', async (t) => {
  const door = await openGuardedDoor(t, { ALLOWED_ORIGINS: 'https://inspector.example' })
  const { token } = await door.grant()
  const status = async (origin: string) => (await door.call(token, { headers: { origin } })).status
  t.equal((await door.call(token)).status, 200)
  for (const origin of [
    'http://localhost:3000',
    'https://inspector.example',
    'http://127.0.0.1:6274',
    'http://[::1]:1',
  ])
    t.equal(await status(origin), 200, origin)
  for (const origin of [
    'null',
    'https://evil.example',
    'http://localhost.evil.example',
    'localhost',
    'http://localhost:3000/x',
    'https://inspector.example, https://evil.example',
  ])
    t.equal(await status(origin), 403, origin)
  t.equal((await door.call(undefined, { headers: { origin: 'https://evil.example' } })).status, 401)

  const far = await openGuardedDoor(t, { PUBLIC_URL: 'https://door.example' })
  const { token: theirs } = await far.grant()
  const page = { headers: { origin: 'http://localhost:6274' } }
  t.equal((await far.call(theirs, page)).status, 403, 'a loopback page and a public door')
})

t.test('C15: a preflight needs no token; what a page may read is named', async (t) => {
  const door = await openGuardedDoor(t)
  const origin = 'http://localhost:6274'
  const preflight = await door.call(undefined, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, mcp-param-region',
    },
  })
  t.equal(preflight.status, 204)
  t.match(preflight.headers, {
    allow: 'GET, POST, DELETE, OPTIONS',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-allow-headers': /^authorization, .*, mcp-name, dpop, mcp-param-region$/,
  })
  const refused = await door.call(undefined, { headers: { origin } })
  t.equal(refused.headers['access-control-allow-origin'], origin)
  t.match(refused.headers['access-control-expose-headers'], 'www-authenticate')
  const stranger = await door.call(undefined, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  })
  t.equal(stranger.status, 204)
  t.equal(stranger.headers['access-control-allow-origin'], undefined)
  t.equal(door.mcp.connections, 0)
})

t.test('other methods than those of MCP are 405 and stay here', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  for (const method of ['PUT', 'PATCH', 'HEAD', 'TRACE']) {
    const { status, headers } = await door.call(token, { method })
    t.equal(status, 405, method)
    t.equal(headers.allow, 'GET, POST, DELETE, OPTIONS')
  }
  t.equal(door.mcp.connections, 0)
})

t.test('a call reaches mcp whole, with the assertion in place of the token', async (t) => {
  const door = await openGuardedDoor(t)
  const { token, id } = await door.grant()
  const { status, json } = await door.call(token, { body: TOOLS_CALL })
  t.equal(status, 200)
  t.match(json(), { method: 'POST', body: TOOLS_CALL })
  const [received] = door.mcp.received
  t.match(received && assertionOf(received), { sub: 'person-ender', grant: id })
  t.notMatch(JSON.stringify(received), token)
  t.equal(door.upstream.state, 'reachable')
})

t.test(
  'MCP Streamable HTTP: the headers of every revision go inward and the session’s id outward, for GET, POST and DELETE',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    const { answer } = door.mcp
    door.mcp.answer = (request, response) =>
      answer(request, response.setHeader('mcp-session-id', 'of mcp'))
    const sent = {
      'Mcp-Session-Id': 'of the client',
      'Last-Event-ID': '1700000000000-0',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': 'get_my_army',
      'Mcp-Param-Region': '=?utf-8?B?w6k=?=',
    }
    for (const method of ['GET', 'POST', 'DELETE']) {
      for (const path of ['/mcp', '/mcp/']) {
        const { headers } = await door.call(token, { method, path, headers: sent })
        t.equal(headers['mcp-session-id'], 'of mcp', `${method} ${path}`)
        const inward = door.mcp.received.at(-1)?.headers ?? {}
        for (const [name, value] of Object.entries(sent)) {
          t.equal(inward[name.toLowerCase()], value, `${method} ${path}: ${name}`)
        }
      }
    }
  },
)

t.test('the store is read once for a token that is in use', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  await Promise.all(Array.from({ length: 5 }, () => door.call(token, { body: TOOLS_CALL })))
  await door.call(token, { body: TOOLS_CALL })
  t.equal(door.reads, 1)
  t.equal(new Set(door.mcp.received.map(({ headers }) => headers.authorization)).size, 1)
})

t.test('a store that does not answer is 503 with Retry-After, never 401', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  door.beforeFind = async () => {
    throw new StoreUnavailableError(new Error('down'))
  }
  const { status, headers, json } = await door.call(token)
  t.equal(status, 503)
  t.match(headers['retry-after'], /^\d+$/)
  t.equal(headers['www-authenticate'], undefined)
  t.match(json(), { error: 'temporarily_unavailable' })
  door.beforeFind = async () => {}
  t.equal((await door.call(token)).status, 200, 'and nothing of it is remembered')
})

t.test('RFC 6749 §10.3: two people’s calls interleaved a hundred times never meet', async (t) => {
  const door = await openGuardedDoor(t)
  const ender = await door.grant()
  const bean = await door.grant({ personId: 'person-bean', studentId: 'BS-2507' })
  const calls = Array.from({ length: 100 }, async (_, n) => {
    const [token, person] = n % 2 ? [bean.token, 'person-bean'] : [ender.token, 'person-ender']
    // Equal JSON-RPC ids on purpose.
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, params: { person, n } })
    const answer = (await door.call(token, { body })).json()
    const { sub } = assertionOf(answer as never)
    return sub === person && answer.body === body
  })
  t.same(
    await Promise.all(calls),
    calls.map(() => true),
  )
  t.ok(door.mcp.connections <= 100)
})
