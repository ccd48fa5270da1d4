/** DPoP on two replicas that share a Redis: what one knows, the other knows. */
import t, { type Test } from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { sha256 } from '../../src/oauth/token-value.ts'
import type { Door } from '../support/door.ts'
import {
  connectWithKey,
  dpopHeader,
  MACHINE,
  machineRequest,
  refresh,
  tokenRequest,
} from '../support/dpop-door.ts'
import { dpopKey } from '../support/dpop-key.ts'
import { startMcpServer } from '../support/mcp-server.ts'
import { replicasOnRedis } from '../support/replicas.ts'

const key = await dpopKey()
const other = await dpopKey()

async function twoDoors(t: Test): Promise<readonly [Door, Door]> {
  const open = replicasOnRedis(await anyRedis(t))
  const mcp = await startMcpServer(t)
  return open(t, { CLIENTS: MACHINE, MCP_UPSTREAM_URL: mcp.url })
}

t.test('RFC 9449 §11.1: a proof used at one replica is refused at the other', async (t) => {
  const [here, there] = await twoDoors(t)
  const headers = await dpopHeader(here, key, '/token')
  const token = (await here.post('/token', machineRequest, headers)).json().access_token
  const replayed = await there.post('/token', machineRequest, headers)
  t.match([replayed.statusCode, replayed.json()], [400, { error: 'invalid_dpop_proof' }])

  const [one, two] = [await here.listen(), await there.listen()]
  const call = async (origin: string, authorization: string, proof: { dpop?: string } = {}) => {
    const headers = { authorization, ...proof }
    const response = await fetch(`${origin}/mcp`, { method: 'POST', headers, body: '{}' })
    await response.text()
    return [response.status, response.headers.get('www-authenticate')]
  }
  const proof = await dpopHeader(here, key, '/mcp', { ath: sha256(token) })
  t.match(await call(one, `DPoP ${token}`, proof), [200, null])
  const REFUSED = [401, /^DPoP .*error="invalid_dpop_proof"/]
  t.match(await call(two, `DPoP ${token}`, proof), REFUSED)
  const fresh = await dpopHeader(here, key, '/mcp', { ath: sha256(token) })
  const both = await Promise.all([one, two].map((origin) => call(origin, `DPoP ${token}`, fresh)))
  t.same(both.map(([status]) => status).sort(), [200, 401], 'of two at once, one passes')
  t.match(await call(two, `Bearer ${token}`), [401, /^Bearer .*error="invalid_token"/], '§7.2')
})

t.test('RFC 9449 §5: a refresh token bound at one replica is bound at the other', async (t) => {
  const [here, there] = await twoDoors(t)
  const client = await here.register()
  const { refresh_token } = await connectWithKey(here, client, key)
  for (const thief of [undefined, other]) {
    const stolen = await refresh(there, client, refresh_token, thief)
    t.match([stolen.statusCode, stolen.json()], [400, { error: 'invalid_grant' }])
  }
  const answers = await Promise.all(
    [here, there, here, there].map((door) => refresh(door, client, refresh_token, key)),
  )
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 200, 200],
  )
  t.equal(new Set(answers.map((answer) => answer.json().refresh_token)).size, 1)
  const successor = answers[0]?.json().refresh_token
  const stolen = await refresh(here, client, successor, other)
  t.match(stolen.json(), { error: 'invalid_grant' })
  t.equal((await refresh(there, client, successor, key)).statusCode, 200)
})

t.test('RFC 9449 §6.2: introspection at the other replica knows the key', async (t) => {
  const [here, there] = await twoDoors(t)
  const token = (await tokenRequest(here, machineRequest, key)).json().access_token
  const answer = await there.post('/introspect', { ...machineRequest, token })
  t.match(answer.json(), { active: true, token_type: 'DPoP', cnf: { jkt: key.jkt } })
})
