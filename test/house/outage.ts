/** Keycloak falls silent: nobody is logged out, and afterwards the same clients go on, checked as before (docs/adr/0024). */
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { callTool } from '../support/rpc.ts'
import type { House } from './house.ts'

/** Milliseconds: past every time-out of a request, and past the first backoffs (5 s, then twice as long). */
const SILENCE = 60_000

export async function outage(t: Test, house: House): Promise<void> {
  const { keycloak } = house

  await house.withGateways({ UPSTREAM_CHECK: 'always' }, (gateways) =>
    t.test(
      `Keycloak answers nobody for ${SILENCE / 1000} s: nobody is logged out, and then everybody goes on`,
      async (t) => {
        const client = await ClaudeClient.register(house.origin)
        const people = await Promise.all(
          ['bean', 'dink'].map((name) => client.connect(house.person(name))),
        )
        t.teardown(() => keycloak.thaw())
        await keycloak.freeze()
        const until = performance.now() + SILENCE
        let refreshes = 0
        let held = people
        while (performance.now() < until) {
          held = await Promise.all(held.map((tokens) => refresh(t, client, tokens)))
          refreshes++
          for (const { access_token } of held) {
            for (const { origin } of gateways) {
              t.equal((await callTool(`${origin}/mcp`, access_token)).status, 200)
            }
          }
          await wait(1_000)
        }
        t.ok(refreshes > 2, `${refreshes} refreshes of each`)
        t.equal(checks(gateways, 'upstream_refreshed'), 0, 'none of which was answered by Keycloak')
        t.ok(checks(gateways, 'upstream_refresh_failed') > 0)

        await keycloak.thaw()
        for (const deadline = performance.now() + 90_000; performance.now() < deadline; ) {
          held = await Promise.all(held.map((tokens) => refresh(t, client, tokens)))
          if (checks(gateways, 'upstream_refreshed') >= held.length) break
          await wait(1_000)
        }
        t.ok(checks(gateways, 'upstream_refreshed') >= held.length, 'and Keycloak is asked again')
        for (const { access_token } of held) {
          t.equal((await callTool(house.mcpUrl, access_token)).status, 200)
        }
      },
    ),
  )
}

async function refresh(t: Test, client: ClaudeClient, { refresh_token }: Tokens): Promise<Tokens> {
  const response = await client.refresh(refresh_token)
  t.equal(response.status, 200)
  return (await response.json()) as Tokens
}

/** How often these gateways said that of a check. */
function checks(gateways: readonly { log: string[] }[], what: string): number {
  return gateways.flatMap(({ log }) => log).filter((line) => line.includes(`"audit":"${what}"`))
    .length
}
