/** Where a race would be a hole: codes, refresh tokens and revocations, over two gateways with no affinity. */
import type { Test } from 'tap'
import { readConfig } from '../../gateway/src/config.ts'
import { lifetimes } from '../../gateway/src/store/lifetimes.ts'
import { createRedisStore } from '../../gateway/src/store/redis-store.ts'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { callTool } from '../support/rpc.ts'
import type { House } from './house.ts'

const TEN = Array.from({ length: 10 }, (_, index) => index)

export async function races(t: Test, house: House): Promise<void> {
  t.test('RFC 6749 §4.1.2: of ten redemptions of one code at once, one succeeds', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const code = await client.code(house.person('ender'))
    const since = house.outward.log.length
    const answers = await Promise.all(TEN.map(() => client.redeem(code)))
    t.same(statuses(answers), [200, ...Array(9).fill(400)])
    for (const answer of answers) {
      if (!answer.ok) t.match(await answer.json(), { error: 'invalid_grant' })
    }
    const served = house.outward.log.slice(since).filter(({ path }) => path === '/token')
    t.same(new Set(served.map(({ backend }) => backend)), new Set([0, 1]), 'by both gateways')
  })

  t.test('a refresh token used ten times at once gives one family', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const first = await client.connect(house.person('ender'))
    const answers = await Promise.all(TEN.map(() => client.refresh(first.refresh_token)))
    t.same(statuses(answers), Array(10).fill(200))
    const given = (await Promise.all(answers.map((answer) => answer.json()))) as Tokens[]
    const successors = new Set(given.map(({ refresh_token }) => refresh_token))
    t.equal(successors.size, 1)
    t.notOk(successors.has(first.refresh_token))
    for (const { access_token } of given) {
      t.match(await callTool(house.mcpUrl, access_token), { status: 200 })
    }
    // The successor lives; the old one is then only refused, and nobody is logged out.
    const [successor = ''] = successors
    t.equal((await client.refresh(successor)).status, 200)
    t.equal((await client.refresh(first.refresh_token)).status, 400)
    t.match(await callTool(house.mcpUrl, given[0]?.access_token ?? ''), { status: 200 })
  })

  t.test('revoke racing refresh: whoever wins, nothing of the grant is alive', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const browser = client.browser()
    for (const round of TEN) {
      const first = await client.connect(house.person('ender'), browser)
      const refresh = () => client.refresh(first.refresh_token)
      const revoke = () => client.revoke(first.refresh_token)
      const [one, two] = round % 2 ? [refresh, revoke] : [revoke, refresh]
      const [a, b] = await Promise.all([one(), two()])
      const [refreshed, revoked] = round % 2 ? [a, b] : [b, a]
      t.equal(revoked.status, 200)
      await nothingIsAlive(t, house, client, [first, await tokensOf(refreshed)])
    }
  })

  t.test('revoke racing redeem: whoever wins, nothing of the grant is alive', async (t) => {
    // A client has nothing to revoke before it has redeemed: the revocation comes from a third replica.
    const { url, prefix } = house.redis
    const config = readConfig({
      SECRET_KEY: 'x'.repeat(32),
      OIDC_ISSUER: house.keycloak.issuer,
      OIDC_CLIENT_SECRET: 'unused',
    })
    const store = createRedisStore({
      url,
      prefix: `${prefix}gateway:`,
      lifetimes: lifetimes(config),
      now: Date.now,
      onLost: (error) => t.fail(error.message),
    })
    t.teardown(() => store.close())
    const client = await ClaudeClient.register(house.origin)
    const browser = client.browser()
    for (const round of TEN) {
      const code = await client.code(house.person('ender'), browser)
      const grantId = /^bsg_ac_([^.]+)\./.exec(code.code)?.[1] ?? ''
      const redeem = () => client.redeem(code)
      const revoke = () => store.revoke(grantId)
      const [answer] =
        round % 2
          ? await Promise.all([redeem(), revoke()])
          : await Promise.all([revoke(), redeem()]).then(([, answered]) => [answered])
      if (answer === undefined) throw new Error('the redemption was not answered')
      t.ok([200, 400].includes(answer.status), `answered ${answer.status}`)
      await nothingIsAlive(t, house, client, [await tokensOf(answer)])
      t.equal((await client.redeem(code)).status, 400)
    }
  })
}

async function tokensOf(response: Response): Promise<Tokens | undefined> {
  return response.ok ? ((await response.json()) as Tokens) : undefined
}

async function nothingIsAlive(
  t: Test,
  house: House,
  client: ClaudeClient,
  families: (Tokens | undefined)[],
): Promise<void> {
  for (const tokens of families) {
    if (tokens === undefined) continue
    t.equal((await client.refresh(tokens.refresh_token)).status, 400)
    // Twice: once from each gateway.
    for (let calls = 0; calls < 2; calls++) {
      t.equal((await callTool(house.mcpUrl, tokens.access_token)).status, 401)
    }
  }
}

function statuses(answers: readonly Response[]): number[] {
  return answers.map(({ status }) => status).sort((a, b) => a - b)
}
