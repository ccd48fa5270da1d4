/** A revocation at one replica, as the other obeys it (RFC 7009 §2, docs/adr/0013): on Redis, over real HTTP. */
import t from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import type { RevocationFeed } from '../../src/store/store.ts'
import { type Door, refreshment } from '../support/door.ts'
import { startMcpServer } from '../support/mcp-server.ts'
import { replicasOnRedis } from '../support/replicas.ts'

/** A door that listens, and how often it asked the store for a token. */
async function listening(door: Door) {
  const origin = await door.app.listen({ port: 0, host: '127.0.0.1' })
  const find = door.store.find.bind(door.store)
  const counted = {
    door,
    reads: 0,
    async call(access_token: string): Promise<number> {
      const headers = { authorization: `Bearer ${access_token}` }
      const response = await fetch(`${origin}/mcp`, { method: 'POST', headers })
      await response.arrayBuffer()
      return response.status
    },
  }
  door.store.find = (token) => {
    counted.reads++
    return find(token)
  }
  return counted
}

function live(feed: RevocationFeed): Promise<void> {
  return new Promise((resolve) => {
    if (feed.live) return resolve()
    const stop = feed.listen({
      revoked() {},
      lost() {},
      restored() {
        stop()
        resolve()
      },
    })
  })
}

/** Resolves after whatever else listens has heard of it. */
function announced(feed: RevocationFeed): Promise<string> {
  return new Promise((resolve) => {
    const stop = feed.listen({
      revoked(grantId) {
        stop()
        resolve(grantId)
      },
      lost() {},
      restored() {},
    })
  })
}

t.test(
  'RFC 7009 §2.1: access and refresh tokens of a grant die together at every replica, what is cached too',
  async (t) => {
    const mcp = await startMcpServer(t)
    const open = replicasOnRedis(await anyRedis(t))
    const doors = await open(t, { MCP_UPSTREAM_URL: mcp.url })
    const [here, there] = await Promise.all(doors.map(listening))
    if (!here || !there) throw new Error('two doors were asked for')
    const feed = there.door.store.revocations
    await live(feed)
    const other = await here.door.register({ client_name: 'other' })

    for (const method of ['none', 'client_secret_post']) {
      const client = await here.door.register({ token_endpoint_auth_method: method })
      const secret =
        client.client_secret === undefined ? {} : { client_secret: client.client_secret }
      const prove = { client_id: client.client_id, ...secret }
      for (const kind of ['access_token', 'refresh_token'] as const) {
        const title = `${method}, by its ${kind}`
        const first = await here.door.connect(client)
        const bystander = await here.door.connect(client)
        const refreshed = await there.door.post('/token', refreshment(client, first.refresh_token))
        const second = refreshed.json()
        for (const { access_token } of [first, second, bystander]) {
          t.equal(await there.call(access_token), 200, title)
        }
        const reads = there.reads
        for (const { access_token } of [first, second]) {
          t.equal(await there.call(access_token), 200, title)
        }
        t.equal(there.reads, reads, `${title}: the validations are cached`)

        const theft = { token: first[kind], client_id: other.client_id }
        t.equal((await here.door.post('/revoke', theft)).statusCode, 400, 'RFC 7009 §2.1: its own')
        t.equal(await there.call(first.access_token), 200, `${title}: not by another client`)

        const heard = announced(feed)
        const revoked = await here.door.post('/revoke', { token: first[kind], ...prove })
        t.equal(revoked.statusCode, 200, title)
        await heard
        for (const replica of [there, here]) {
          for (const { access_token, refresh_token } of [first, second]) {
            t.equal(await replica.call(access_token), 401, title)
            const request = refreshment(client, refresh_token)
            const refused = await replica.door.post('/token', request)
            t.match([refused.statusCode, refused.json()], [400, { error: 'invalid_grant' }], title)
          }
        }
        t.equal(await there.call(bystander.access_token), 200, `${title}: another grant lives on`)
      }
    }
  },
)
