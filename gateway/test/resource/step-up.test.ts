/** A client that needs more: from mcp's 403 to a second authorization that keeps the old scopes. */
import t, { type Test } from 'tap'
import { authorizationUrl, type Door, openDoor, redemption, refreshment } from '../support/door.ts'
import { assertionOf } from '../support/guarded-door.ts'
import { type McpServer, receive, startMcpServer } from '../support/mcp-server.ts'

/** As a server of the MCP SDK does: a call without the scope is 403, and the challenge names what is missing alone. */
function demandWrite(mcp: McpServer): void {
  const { answer } = mcp
  mcp.answer = async (request, response) => {
    const scope = String(assertionOf(request).scope)
    if (scope.split(' ').includes('school:write')) return answer(request, response)
    await receive(request)
    const challenge = 'Bearer error="insufficient_scope", scope="school:write"'
    return response.writeHead(403, { 'www-authenticate': challenge }).end()
  }
}

async function doorOf(t: Test, mcp: McpServer): Promise<{ door: Door; call: Call }> {
  const door = await openDoor(t, { MCP_UPSTREAM_URL: mcp.url })
  const origin = await door.listen()
  return {
    door,
    call: async (token) => {
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(`${origin}/mcp`, { method: 'POST', headers, body: '{}' })
      await response.text()
      return { status: response.status, challenge: response.headers.get('www-authenticate') ?? '' }
    },
  }
}
type Call = (token: string) => Promise<{ status: number; challenge: string }>

t.test(
  'MCP 2026-07-28 “Scope Challenge Handling”, RFC 6750 §3.1: the 403 names old and new scopes, and both are granted',
  async (t) => {
    const mcp = await startMcpServer(t)
    demandWrite(mcp)
    const { door, call } = await doorOf(t, mcp)
    const client = await door.register()
    const first = await door.connect(client, { scope: 'school:read' })
    t.equal(first.scope, 'school:read')
    const refused = await call(first.access_token)
    t.equal(refused.status, 403)
    t.match(refused.challenge, /^Bearer .*error="insufficient_scope"/)
    const scope = /scope="([^"]*)"/.exec(refused.challenge)?.[1] ?? ''
    t.equal(scope, 'school:read school:write')

    const page = await door.browser().get(authorizationUrl(client, { scope }).url)
    t.equal(page.statusCode, 200, 'the person is asked again')
    const second = await door.connect(client, { scope })
    t.equal(second.scope, 'school:read school:write')
    t.equal((await call(second.access_token)).status, 200)

    t.equal((await call(first.access_token)).status, 403, 'the first grant lives, and has no more')
    const refreshed = await door.post('/token', refreshment(client, first.refresh_token))
    t.match([refreshed.statusCode, refreshed.json()], [200, { scope: 'school:read' }])
    const again = await door.post('/token', refreshment(client, second.refresh_token))
    t.equal(again.json().scope, 'school:read school:write')
  },
)

t.test('RFC 6749 §6: what a refresh narrowed is what the token has', async (t) => {
  const mcp = await startMcpServer(t)
  demandWrite(mcp)
  const { door, call } = await doorOf(t, mcp)
  const client = await door.register()
  const authorized = await door.authorize(client)
  const wide = (await door.post('/token', redemption(client, authorized))).json()
  t.equal((await call(wide.access_token)).status, 200)
  const narrow = await door.post('/token', {
    ...refreshment(client, wide.refresh_token),
    scope: 'school:read',
  })
  const refused = await call(narrow.json().access_token)
  t.match(refused.challenge, /scope="school:read school:write", error="insufficient_scope"/)
})
