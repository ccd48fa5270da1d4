/** The account room at two replicas on Redis: what one does, the other obeys (docs/adr/0013, docs/adr/0025). */
import t from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { beginSignIn, formToken, grantsOn, postTo } from '../support/account.ts'
import { Browser } from '../support/door.ts'
import { startMcpServer } from '../support/mcp-server.ts'
import { replicasOnRedis } from '../support/replicas.ts'

t.test(
  'signed in at one replica, disconnected at the other: 401 at both within two seconds, and the stream ends',
  async (t) => {
    const mcp = await startMcpServer(t)
    mcp.answer = (request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n')
      } else response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }
    const open = replicasOnRedis(await anyRedis(t))
    const [here, there] = await open(t, { MCP_UPSTREAM_URL: mcp.url })
    const origins = await Promise.all([here.listen(), there.listen()])
    const headers = (token: string) => ({ authorization: `Bearer ${token}` })
    const call = async (origin: string, token: string) => {
      const response = await fetch(`${origin}/mcp`, { method: 'POST', headers: headers(token) })
      await response.arrayBuffer()
      return response.status
    }
    const { access_token } = await here.connect(await here.register({ client_name: 'Claude' }))
    for (const origin of origins) t.equal(await call(origin, access_token), 200)
    const stream = await fetch(`${origins[0]}/mcp`, {
      headers: { ...headers(access_token), accept: 'text/event-stream' },
    })
    t.equal(stream.status, 200)

    const own = here.config.PUBLIC_URL.origin
    const atHere = new Browser(here.app, own)
    const atThere = new Browser(there.app, own)
    const begun = await beginSignIn(atHere)
    for (const [name, value] of atHere.cookies) atThere.cookies.set(name, value)
    t.equal((await atThere.comeBack(begun)).statusCode, 303, 'back at the other replica')
    t.equal((await atHere.comeBack(begun)).statusCode, 400, 'once, over both')
    for (const [name, value] of atThere.cookies) atHere.cookies.set(name, value)
    const page = await atHere.get('/account')
    const [grant] = grantsOn(page)
    const from = performance.now()
    const form = { token: formToken(page), grant: String(grant) }
    t.equal((await postTo(atThere, '/account/disconnect', form)).statusCode, 303)
    await stream.text().catch(() => '')
    t.ok(performance.now() - from < 2_000, 'the stream ended')
    let statuses = [0, 0]
    do statuses = await Promise.all(origins.map((origin) => call(origin, access_token)))
    while (statuses.includes(200) && performance.now() - from < 2_000)
    t.same(statuses, [401, 401])

    const out = { token: form.token, from: 'everywhere' }
    t.equal((await postTo(atHere, '/account/sign-out', out)).statusCode, 303)
    t.notMatch((await atThere.get('/account')).body, 'Signed in as', 'out at the other, too')
  },
)
