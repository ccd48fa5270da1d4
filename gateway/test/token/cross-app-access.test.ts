/** Enterprise-Managed Authorization by the SDK’s own client: from an ID token of the company to a call at /mcp. */
import {
  auth,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
} from '@modelcontextprotocol/client'
import { UnsecuredJWT } from 'jose'
import t from 'tap'
import { startAssertionIssuer } from '../../../test/support/assertion-issuer.ts'
import { freePort } from '../../../test/support/ports.ts'
import { openDoor } from '../support/door.ts'
import { CLIENTS, SECRET } from '../support/managed-door.ts'
import { startMcpServer } from '../support/mcp-server.ts'

t.test(
  'Enterprise-Managed Authorization §2, §6: the SDK finds the way from a 401, exchanges its ID token, and calls',
  async (t) => {
    const mcp = await startMcpServer(t)
    const company = await startAssertionIssuer(t)
    company.clients.set('desk-at-the-company', 'other')
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const door = await openDoor(
      t,
      { ID_JAG_ISSUERS: company.issuer, CLIENTS, PUBLIC_URL: origin, MCP_UPSTREAM_URL: mcp.url },
      { clock: { now: Date.now() } },
    )
    Object.assign(door.upstream, { issuer: company.issuer })
    door.upstream.identity = { ...door.upstream.identity, iss: company.issuer }
    await door.connect(await door.register())
    await door.app.listen({ port, host: '127.0.0.1' })

    const idToken = new UnsecuredJWT({ sub: 'sub-ender', aud: 'desk-at-the-company' }).encode()
    const asked: { authorizationServerUrl: string; resourceUrl: string }[] = []
    const provider = new CrossAppAccessProvider({
      clientId: 'other',
      clientSecret: SECRET,
      expectedIssuer: origin,
      assertion: async (context) => {
        asked.push(context)
        const { jwtAuthGrant } = await discoverAndRequestJwtAuthGrant({
          idpUrl: company.issuer,
          audience: context.authorizationServerUrl,
          resource: context.resourceUrl,
          idToken,
          clientId: 'desk-at-the-company',
          ...(context.scope === undefined ? {} : { scope: context.scope }),
          fetchFn: context.fetchFn,
        })
        return jwtAuthGrant
      },
    })
    const call = () =>
      fetch(`${origin}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${provider.tokens()?.access_token}`,
        },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      })
    t.equal((await call()).status, 401)
    t.equal(await auth(provider, { serverUrl: `${origin}/mcp` }), 'AUTHORIZED')
    t.match(asked, [{ authorizationServerUrl: origin, resourceUrl: `${origin}/mcp` }])
    t.match(provider.tokens(), { token_type: 'Bearer', expires_in: 300 })
    t.notOk(provider.tokens()?.refresh_token)
    const answer = await call()
    t.equal(answer.status, 200)
    await answer.text()
    t.equal(mcp.received.length, 1)

    door.clock.now += 301_000
    t.equal((await call()).status, 401, 'after five minutes the company is asked again')
    t.equal(await auth(provider, { serverUrl: `${origin}/mcp` }), 'AUTHORIZED')
    t.equal((await call()).status, 200)
    t.equal(asked.length, 2)
  },
)
