/** Somebody who leaves the company, whose login Keycloak brokers: the company tells Keycloak, or Keycloak's session runs out. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { press } from '../support/person.ts'
import { callTool } from '../support/rpc.ts'
import { companyOf, employee, STRAIGHT_TO_COMPANY } from './company.ts'
import { connected } from './cut-off.ts'
import type { House } from './house.ts'

/** Seconds that a session at Keycloak lives in this test. */
const SHORT = 20
/** By how long Keycloak lets AI clients go on: as the test has it, and as the realm of the house has it. */
const LIMITS = [
  {
    what: 'without offline access it is over when the session at Keycloak is',
    access: 'off',
    short: { ssoSessionMaxLifespan: SHORT },
    usual: { ssoSessionMaxLifespan: 86_400 },
  },
  {
    what: 'with it, when the limit of offline sessions is reached',
    access: 'on',
    short: { offlineSessionMaxLifespanEnabled: true, offlineSessionMaxLifespan: SHORT },
    usual: { offlineSessionMaxLifespanEnabled: false, offlineSessionMaxLifespan: 5_184_000 },
  },
]

export async function companyLeaver(t: Test, house: House): Promise<void> {
  const { admin } = house.keycloak
  const company = companyOf(house)
  const tom = employee('tom')
  const offline = { ...STRAIGHT_TO_COMPANY, UPSTREAM_CHECK: 'always' }
  const online = { ...offline, OIDC_OFFLINE_ACCESS: 'off' }

  /** With the back-channel logout to Keycloak that is configured there. */
  async function endAtCompany(t: Test): Promise<void> {
    const sessions = await company.admin.sessions('tom')
    t.ok(sessions.length > 0, 'the company knows of sessions')
    for (const session of sessions) await company.admin.endSession(session)
  }

  async function isOver(t: Test, client: ClaudeClient, refreshed: Response): Promise<void> {
    t.equal(refreshed.status, 400)
    t.match(await refreshed.json(), { error: 'invalid_grant' })
    const again = await client.connect(tom)
    t.equal((await callTool(house.mcpUrl, again.access_token)).status, 200, 'after a new login')
  }

  await house.withGateways(online, (gateways) =>
    t.test(
      'OpenID Connect Back-Channel Logout §2.7: the company tells Keycloak of a logout, and Keycloak tells the gateway: without offline access it is over within 2 s',
      async (t) => {
        const client = await ClaudeClient.register(house.origin)
        const tokens = await client.connect(tom)
        const connection = await connected(t, gateways, tokens.access_token)
        await connection.isEndedBy(t, () => endAtCompany(t))
        await isOver(t, client, await client.refresh(tokens.refresh_token))
      },
    ),
  )

  await house.withGateways(offline, (gateways) =>
    t.test(
      'Keycloak ends an offline session for the company and tells nobody: it is over at the next refresh',
      async (t) => {
        const client = await ClaudeClient.register(house.origin)
        const first = await client.connect(tom)
        const refreshed = await client.refresh(first.refresh_token)
        t.equal(refreshed.status, 200, 'while the company lets the person in')
        const tokens = (await refreshed.json()) as Tokens
        const connection = await connected(t, gateways, tokens.access_token)
        await endAtCompany(t)
        const refused = await connection.isEndedBy(t, () => client.refresh(tokens.refresh_token))
        await isOver(t, client, refused)
      },
    ),
  )

  for (const { what, access, short, usual } of LIMITS) {
    await house.withGateways({ ...offline, OIDC_OFFLINE_ACCESS: access }, (gateways) =>
      t.test(`a person is only disabled at the company, which tells nobody: ${what}`, async (t) => {
        t.teardown(async () => {
          await company.admin.setEnabled('tom', true)
          await admin.configureRealm(usual)
        })
        await admin.configureRealm(short)
        const client = await ClaudeClient.register(house.origin)
        const begun = performance.now()
        let tokens = await client.connect(tom)
        t.equal((await callTool(house.mcpUrl, tokens.access_token)).status, 200)
        await company.admin.setEnabled('tom', false)

        let refused: Response | undefined
        while (refused === undefined && performance.now() < begun + 3_000 * SHORT) {
          const response = await client.refresh(tokens.refresh_token)
          if (response.status === 200) tokens = (await response.json()) as Tokens
          else refused = response
          await wait(500)
        }
        t.equal(refused?.status, 400)
        t.match(await refused?.json(), { error: 'invalid_grant' })
        for (const { origin } of gateways) {
          t.equal((await callTool(`${origin}/mcp`, tokens.access_token)).status, 401)
        }

        const browser = client.browser()
        const page = await press(browser, await browser.open(client.authorization().url), 'allow')
        const [login] = page.forms
        if (login === undefined) throw new Error(`${page.url.pathname} has no form`)
        const { username, password } = tom
        const answer = await browser.submit(page, login, { username, password })
        t.ok(answer.url.href.startsWith(company.issuer), 'the company lets that person in no more')
        t.match(answer.body, /Account is disabled/)
      }),
    )
  }
}
