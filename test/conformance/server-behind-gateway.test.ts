/**
 * The same scenarios through the door: a person has logged in at `npm start`, whose gateway goes on to two replicas of mcp,
 * another one at every request. The runner cannot send a token, so a proxy in front sends it.
 */
import t from 'tap'
import { ClaudeClient } from '../support/claude-client.ts'
import { startHouse } from '../support/house-of-npm-start.ts'
import { freePort } from '../support/ports.ts'
import { roundRobin } from '../support/round-robin.ts'
import { conforms } from './conforms.ts'
import { EXPECTED_FAILURES } from './expected-failures.ts'
import { startReplicas } from './replicas.ts'

t.test('MCP’s conformance runner, server: through the gateway with a real token', async (t) => {
  const inside = await freePort()
  const house = await startHouse(t, { MCP_UPSTREAM_URL: `http://localhost:${inside}/mcp` })
  const { origin } = new URL(house.url)
  const { proxy, faults } = await startReplicas(t, inside, {
    PUBLIC_URL: origin,
    GATEWAY_JWKS_URL: `http://127.0.0.1:${house.port}/jwks`,
  })

  const client = await ClaudeClient.register(origin)
  const tokens = await client.connect({ username: 'ender', password: 'battle-school' })
  const outside = await freePort()
  const front = await roundRobin(outside, [`http://127.0.0.1:${house.port}`], {
    authorization: async () => `Bearer ${tokens.access_token}`,
  })
  t.teardown(() => front.close())

  await conforms(t, new URL(`http://localhost:${outside}/mcp`), EXPECTED_FAILURES)

  const [first = 0, second = 0] = proxy.served()
  t.ok(first > 100 && Math.abs(first - second) <= 1, `served ${first} and ${second} requests`)
  t.same(faults.slice(0, 5), [], 'the replicas logged no error')
})
