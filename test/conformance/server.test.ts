/** MCP's conformance runner against two replicas of mcp, with another replica at every request. */
import t from 'tap'
import { startGateway } from '../../mcp/test/support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { conforms } from './conforms.ts'
import { EXPECTED_FAILURES } from './expected-failures.ts'
import { startReplicas } from './replicas.ts'

t.test('MCP’s conformance runner, server: any replica serves any request', async (t) => {
  const gateway = await startGateway()
  t.teardown(() => gateway.close())
  const environment = { GATEWAY_JWKS_URL: gateway.jwksUrl.href }
  // An assertion lives a minute, a run lasts longer: each request has its own.
  const authorization = async () => `Bearer ${await gateway.mint()}`
  const { mcpUrl, proxy, faults } = await startReplicas(
    t,
    await freePort(),
    environment,
    authorization,
  )

  await conforms(t, mcpUrl, EXPECTED_FAILURES)

  const [first = 0, second = 0] = proxy.served()
  t.ok(first > 100 && Math.abs(first - second) <= 1, `served ${first} and ${second} requests`)
  t.same(faults.slice(0, 5), [], 'the replicas logged no error')
})
