/** The stream of the deprecated HTTP+SSE transport (MCP 2024-11-05), behind the guard of /mcp. */
import t from 'tap'
import { assertionOf, openGuardedDoor } from '../support/guarded-door.ts'

const POINTER =
  'resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/sse", scope="school:read school:write"'

t.test(
  'C1, RFC 9728 §5.1: every method of /sse and /messages without a token is 401, and names the metadata of /sse',
  async (t) => {
    const door = await openGuardedDoor(t)
    for (const path of ['/sse', '/sse/', '/messages', '/messages?sessionId=abc']) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE']) {
        const { status, headers } = await door.call(undefined, { method, path })
        t.equal(status, 401, `${method} ${path}`)
        t.equal(headers['www-authenticate'], `Bearer ${POINTER}`)
      }
    }
    const dpop = await door.call(undefined, { method: 'GET', path: '/sse', headers: { dpop: 'x' } })
    t.match(dpop.headers['www-authenticate'], `DPoP ${POINTER}`)
    t.match(
      (await door.call(undefined)).headers['www-authenticate'],
      'oauth-protected-resource/mcp"',
      'the challenge of /mcp is what it was',
    )
    t.equal(door.reads, 0)
    t.equal(door.mcp.connections, 0)
  },
)

t.test('RFC 6750 §3.1, C50: a token that is not good is 401 at /sse and /messages', async (t) => {
  const door = await openGuardedDoor(t)
  const revoked = await door.grant()
  const elsewhere = await door.grant({ resource: 'http://localhost:3000/other' })
  const asNamed = await door.grant({ resource: 'http://localhost:3000/sse' })
  await door.store.revoke(revoked.id)
  for (const [method, path] of [
    ['GET', '/sse'],
    ['POST', '/messages?sessionId=abc'],
  ] as const) {
    for (const [what, token] of Object.entries({
      revoked: revoked.token,
      malformed: 'x',
      'for another resource (RFC 8707 §2)': elsewhere.token,
      'a grant holds the canonical audience, never its alias': asNamed.token,
    })) {
      const { status, headers } = await door.call(token, { method, path })
      t.equal(status, 401, `${path}: ${what}`)
      t.equal(headers['www-authenticate'], `Bearer ${POINTER}, error="invalid_token"`)
    }
  }
  t.equal(door.mcp.connections, 0)
})

t.test(
  'one token opens /mcp, /sse and /messages, and is read once; a client’s query stays at the door',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token, id } = await door.grant()
    for (const [method, path, inward] of [
      ['POST', '/mcp', '/inner/mcp?tenant=1'],
      ['GET', '/sse', '/inner/sse?tenant=1'],
      ['GET', `/sse/?access_token=${token}&sessionId=a`, '/inner/sse?tenant=1'],
      ['POST', '/messages?sessionId=a-b_9', '/inner/messages?tenant=1&sessionId=a-b_9'],
    ] as const) {
      const { status } = await door.call(token, { method, path })
      t.equal(status, 200, path)
      const received = door.mcp.received.at(-1)
      t.match(received, { method, url: inward })
      t.match(received && assertionOf(received), { sub: 'person-ender', grant: id })
      t.notMatch(JSON.stringify(received), token)
    }
    t.equal(door.reads, 1)
  },
)

t.test(
  'MCP 2025-11-25 “Backwards Compatibility”: POST /sse is 405, so that a client falls back; other methods too',
  async (t) => {
    const door = await openGuardedDoor(t)
    const { token } = await door.grant()
    for (const [path, allow, methods] of [
      ['/sse', 'GET, OPTIONS', ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'TRACE']],
      ['/messages?sessionId=a', 'POST, OPTIONS', ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD']],
    ] as const) {
      for (const method of methods) {
        const { status, headers } = await door.call(token, { method, path })
        t.equal(status, 405, `${method} ${path}`)
        t.equal(headers.allow, allow)
      }
    }
    t.equal(door.mcp.connections, 0)
  },
)

t.test('Origin and C15 at /sse and /messages: as at /mcp', async (t) => {
  const door = await openGuardedDoor(t)
  const { token } = await door.grant()
  const origin = 'http://localhost:6274'
  for (const [method, path] of [
    ['GET', '/sse'],
    ['POST', '/messages?sessionId=a'],
  ] as const) {
    const from = (page: string) => door.call(token, { method, path, headers: { origin: page } })
    t.equal((await from('https://evil.example')).status, 403, path)
    const admitted = await from(origin)
    t.equal(admitted.status, 200)
    t.equal(admitted.headers['access-control-allow-origin'], origin)
    const headers = { origin, 'access-control-request-method': method }
    const preflight = await door.call(undefined, { method: 'OPTIONS', path, headers })
    t.equal(preflight.status, 204)
    t.match(preflight.headers, {
      allow: `${method}, OPTIONS`,
      'access-control-allow-origin': origin,
      'access-control-allow-methods': `${method}, OPTIONS`,
    })
  }
})

t.test(
  'an upstream that is not called /mcp has no HTTP+SSE door: 404, with and without a token',
  async (t) => {
    for (const path of ['/', '/api', '/mcps', '/mcp/v1']) {
      const door = await openGuardedDoor(t, { MCP_UPSTREAM_URL: `http://127.0.0.1:1${path}` })
      const { token } = await door.grant()
      for (const sent of [token, undefined]) {
        t.equal((await door.call(sent, { method: 'GET', path: '/sse' })).status, 404, path)
        t.equal((await door.call(sent, { path: '/messages?sessionId=a' })).status, 404, path)
      }
      t.equal((await door.call(undefined)).status, 401, 'and /mcp is what it was')
    }
  },
)
