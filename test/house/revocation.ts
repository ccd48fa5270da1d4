/** A revocation reaches the gateway that missed its announcement: within two seconds, whatever happened to the wire. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { ClaudeClient } from '../support/claude-client.ts'
import type { Cut } from '../support/redis-relay.ts'
import { callTool } from '../support/rpc.ts'
import type { House } from './house.ts'

/** Milliseconds: the promise. */
const PROMISE = 2_000

export async function revocation(t: Test, house: House): Promise<void> {
  const [here, there] = house.gateways

  t.test('a revocation at one gateway is obeyed by the other', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const { access_token } = await client.connect(house.person('ender'))
    await known(t, house, access_token)
    await client.revoke(access_token, here.origin)
    await wait(PROMISE)
    t.equal((await callTool(`${there.origin}/mcp`, access_token)).status, 401)
  })

  for (const how of ['silent', 'severed'] satisfies Cut[]) {
    t.test(`the subscription to revocations is ${how}, then a revoke: still 401`, async (t) => {
      const client = await ClaudeClient.register(house.origin)
      const { access_token } = await client.connect(house.person('bean'))
      await known(t, house, access_token)
      t.ok(house.relay.cut(how) > 0, 'there was a subscriber to cut off')
      t.teardown(() => house.relay.mend())
      const revoked = await client.revoke(access_token, here.origin)
      t.equal(revoked.status, 200)
      await wait(PROMISE)
      t.equal((await callTool(`${there.origin}/mcp`, access_token)).status, 401)
      house.relay.mend()
    })
  }

  t.test('after the wire is mended everything works as before', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const { access_token } = await client.connect(house.person('bean'))
    await known(t, house, access_token)
    await client.revoke(access_token)
    await wait(PROMISE)
    for (const gateway of house.gateways) {
      t.equal((await callTool(`${gateway.origin}/mcp`, access_token)).status, 401)
    }
  })
}

/** Used at both gateways, so that both believe it. */
async function known(t: Test, house: House, token: string): Promise<void> {
  for (let calls = 0; calls < 4; calls++) {
    t.equal((await callTool(house.mcpUrl, token)).status, 200)
  }
}
