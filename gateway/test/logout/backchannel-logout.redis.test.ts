/** A logout that reaches one replica, as the other obeys it; and a login that is checked by both at once: on Redis. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import type { RevocationFeed } from '../../src/store/store.ts'
import { type Door, refreshment } from '../support/door.ts'
import { startMcpServer } from '../support/mcp-server.ts'
import { replicasOnRedis } from '../support/replicas.ts'
import { person } from '../support/stub-upstream.ts'

const logout = (door: Door, jti: string = randomUUID()) =>
  door.post('/backchannel-logout', { logout_token: JSON.stringify({ jti, sid: 'sid-ender' }) })

function live(feed: RevocationFeed): Promise<void> {
  return new Promise((resolve) => {
    if (feed.live) return resolve()
    feed.listen({ revoked() {}, lost() {}, restored: resolve })
  })
}

const origins = (doors: readonly Door[]) =>
  Promise.all(doors.map(({ app }) => app.listen({ port: 0, host: '127.0.0.1' })))

const call = async (origin: string, access_token: string, method = 'POST') =>
  fetch(`${origin}/mcp`, { method, headers: { authorization: `Bearer ${access_token}` } })

t.test(
  'a logout at one replica: calls at the other are refused and open streams end within two seconds',
  async (t) => {
    const mcp = await startMcpServer(t)
    const open = replicasOnRedis(await anyRedis(t))
    const [here, there] = await open(t, { MCP_UPSTREAM_URL: mcp.url })
    const [, origin = ''] = await origins([here, there])
    await live(there.store.revocations)
    const client = await here.register()
    const { access_token } = await here.connect(client)
    t.equal((await call(origin, access_token)).status, 200, 'and is cached there')
    mcp.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n')
    }
    const stream = await call(origin, access_token, 'GET')
    const ended = stream.text().catch(() => 'cut')
    const before = performance.now()
    t.equal((await logout(here)).statusCode, 200)
    await ended
    t.ok(performance.now() - before < 2000, 'the stream ended')
    t.equal((await call(origin, access_token)).status, 401)
  },
)

t.test(
  'a demotion at one replica: what the other has cached is refused, and the stream ends',
  async (t) => {
    const mcp = await startMcpServer(t)
    const open = replicasOnRedis(await anyRedis(t))
    const [here, there] = await open(t, { MCP_UPSTREAM_URL: mcp.url })
    const [, origin = ''] = await origins([here, there])
    await live(there.store.revocations)
    const client = await here.register()
    here.upstream.identity = person('ender', 'BS-2401', ['student', 'instructor'])
    const tokens = await here.connect(client)
    t.equal((await call(origin, tokens.access_token)).status, 200)
    mcp.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n')
    }
    const stream = await call(origin, tokens.access_token, 'GET')
    const ended = stream.text().catch(() => 'cut')
    here.clock.now += 1_200_000
    here.upstream.identity = person('ender', 'BS-2401', ['student'])
    const less = (await here.post('/token', refreshment(client, tokens.refresh_token))).json()
    t.equal(less.scope, 'school:read school:write')
    await ended
    t.equal((await call(origin, tokens.access_token)).status, 401)
    mcp.answer = (_request, response) => void response.writeHead(200).end()
    t.equal((await call(origin, less.access_token)).status, 200, 'the new one is good at both')
  },
)

t.test(
  'one logout token at two replicas at once is obeyed, and is good for one of them',
  async (t) => {
    const [here, there] = await replicasOnRedis(await anyRedis(t))(t)
    const client = await here.register()
    for (let round = 0; round < 10; round++) {
      here.clock.now += 61_000
      await here.connect(client)
      const jti = randomUUID()
      const answers = await Promise.all([logout(here, jti), logout(there, jti), logout(here, jti)])
      t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, 400, 400])
      t.same(await there.store.grantsOf({ client_id: client.client_id }), [])
    }
  },
)

t.test('parallel refreshes at two replicas: the provider is asked exactly once', async (t) => {
  const [here, there] = await replicasOnRedis(await anyRedis(t))(t)
  const client = await here.register()
  const tokens = await here.connect(client)
  const { refresh } = here.upstream
  here.upstream.refresh = async (refreshToken, idToken, keep) => {
    await pause(300)
    const identity = await refresh(refreshToken, idToken)
    await keep?.('second-refresh-token')
    return { ...identity, refreshToken: 'second-refresh-token' }
  }
  here.clock.now += 1_200_000
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      (i % 2 ? here : there).post('/token', refreshment(client, tokens.refresh_token)),
    ),
  )
  t.ok(answers.every(({ statusCode }) => statusCode === 200))
  t.equal(new Set(answers.map((answer) => answer.json().refresh_token)).size, 1)
  t.same(here.upstream.refreshes, ['refresh-token-of-ender'])
  here.clock.now += 1_200_000
  const next = answers[0]?.json().refresh_token
  t.equal((await there.post('/token', refreshment(client, next))).statusCode, 200)
  t.same(here.upstream.refreshes, ['refresh-token-of-ender', 'second-refresh-token'])
})
