/** The resource has two URLs, of Streamable HTTP and of HTTP+SSE, and one audience (RFC 8707, docs/adr/0019). */
import t from 'tap'
import { sha256 } from '../../src/oauth/token-value.ts'
import { authorizationUrl, openDoor, redemption, refreshment } from '../support/door.ts'
import { startMcpServer } from '../support/mcp-server.ts'

const MCP = 'http://localhost:3000/mcp'
const SSE = 'http://localhost:3000/sse'
const SECRET = 'a secret of a resource server, long enough'
const CLIENTS = JSON.stringify([
  {
    client_id: 'library',
    introspection: true,
    grant_types: [],
    client_secret_sha256: sha256(SECRET),
  },
  {
    client_id: 'night-watch',
    grant_types: ['client_credentials'],
    scope: 'school:read',
    client_secret_sha256: sha256(SECRET),
  },
])

t.test(
  'RFC 8707 §2, §2.2: a token asked for as /sse or as /mcp opens both doors, and code and refresh may name either',
  async (t) => {
    const mcp = await startMcpServer(t)
    const door = await openDoor(t, { MCP_UPSTREAM_URL: mcp.url, CLIENTS })
    const origin = await door.listen()
    const client = await door.register()
    const opens = async (token: string, title: string) => {
      const headers = { authorization: `Bearer ${token}` }
      for (const [method, path] of [
        ['POST', '/mcp'],
        ['GET', '/mcp'],
        ['GET', '/sse'],
        ['POST', '/messages?sessionId=a'],
      ] as const) {
        const response = await fetch(origin + path, { method, headers })
        await response.text()
        t.equal(response.status, 200, `${title}: ${method} ${path}`)
      }
      const caller = { client_id: 'library', client_secret: SECRET, token }
      const known = (await door.post('/introspect', caller)).json()
      t.equal(known.aud, MCP, `${title}: RFC 7662 §2.2: one canonical audience`)
    }
    for (const [asked, redeemed, refreshed] of [
      [SSE, SSE, SSE],
      [SSE, MCP, `${MCP}/`],
      [MCP, `${SSE}/`, SSE],
      ['http://LOCALHOST:3000/sse', undefined, undefined],
      [undefined, SSE, MCP],
    ]) {
      const title = `${asked}, ${redeemed}, ${refreshed}`
      const named = (resource: string | undefined): Record<string, string> =>
        resource === undefined ? {} : { resource }
      const authorized = await door.authorize(client, named(asked))
      const form = { ...redemption(client, authorized), ...named(redeemed) }
      const tokens = (await door.post('/token', form)).json()
      await opens(tokens.access_token, title)
      const again = { ...refreshment(client, tokens.refresh_token), ...named(refreshed) }
      await opens((await door.post('/token', again)).json().access_token, `${title}, refreshed`)
    }
    const machine = { grant_type: 'client_credentials', client_id: 'night-watch' }
    const credentials = { ...machine, client_secret: SECRET, resource: SSE }
    const service = (await door.post('/token', credentials)).json()
    await opens(service.access_token, 'client_credentials')
  },
)

t.test('RFC 9126 §2.1, RFC 8707 §2.1: /par takes /sse as a resource, too', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const push = async (resource: string) => {
    const { url } = authorizationUrl(client, { resource })
    return door.post('/par', new URL(url, MCP).searchParams.toString())
  }
  const pushed = await push(SSE)
  t.equal(pushed.statusCode, 201)
  const { request_uri } = pushed.json()
  const query = new URLSearchParams({ client_id: client.client_id, request_uri })
  t.equal((await door.browser().get(`/authorize?${query}`)).statusCode, 200)
  t.match((await push(`${SSE}/x`)).json(), { error: 'invalid_target' })
})

t.test('RFC 8707 §2: where HTTP+SSE has no door, /sse is no resource', async (t) => {
  const door = await openDoor(t, { MCP_UPSTREAM_URL: 'http://127.0.0.1:1/other' })
  const client = await door.register()
  const page = await door.browser().get(authorizationUrl(client, { resource: SSE }).url)
  const error = new URL(String(page.headers.location)).searchParams.get('error')
  t.same([page.statusCode, error], [303, 'invalid_target'])
})
