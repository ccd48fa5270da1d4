/** DPoP by a client library that others wrote: openid-client, over real HTTP. */
import * as client from 'openid-client'
import t from 'tap'
import { freePort } from '../../../test/support/ports.ts'
import { openDoor } from '../support/door.ts'
import { MACHINE, MACHINE_SECRET } from '../support/dpop-door.ts'
import { startMcpServer } from '../support/mcp-server.ts'

t.test('RFC 9449: openid-client gets a bound token and calls /mcp with it', async (t) => {
  const mcp = await startMcpServer(t)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const door = await openDoor(
    t,
    { CLIENTS: MACHINE, MCP_UPSTREAM_URL: mcp.url, PUBLIC_URL: origin },
    { clock: { now: Date.now() } },
  )
  await door.app.listen({ port, host: '127.0.0.1' })
  const config = await client.discovery(
    new URL(origin),
    'machine',
    {},
    client.ClientSecretPost(MACHINE_SECRET),
    { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
  )
  const algorithms = config.serverMetadata().dpop_signing_alg_values_supported
  t.ok(algorithms?.includes('ES256'))
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
  const tokens = await client.clientCredentialsGrant(config, {}, { DPoP })
  t.equal(tokens.token_type, 'dpop', 'as the library writes it')

  const call = (url: string) =>
    client.fetchProtectedResource(
      config,
      tokens.access_token,
      new URL(url),
      'POST',
      '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      new Headers({ 'content-type': 'application/json' }),
      { DPoP },
    )
  for (const url of [`${origin}/mcp`, `${origin}/mcp/`, `${origin}/mcp?a=b`]) {
    const response = await call(url)
    t.equal(response.status, 200, url)
    await response.text()
  }
  t.equal(mcp.received.length, 3)
  const plain = await fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  t.equal(plain.status, 401)
})
