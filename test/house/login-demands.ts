/** What a client may ask of the login (OpenID Connect Core §3.1.2.1), at the real Keycloak with a session that is alive. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { Browser, type Page } from '../support/browser.ts'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { authorize, press, proceed } from '../support/person.ts'
import { callTool } from '../support/rpc.ts'
import type { House } from './house.ts'
import { loginUrl } from './keycloak-login.ts'

const asksPassword = (page: Page) => page.forms.some(({ fields }) => fields.includes('password'))

/** Logged in at Keycloak by another application, a second ago at least: auth_time counts whole seconds. */
async function loggedIn(house: House, client: ClaudeClient): Promise<Browser> {
  const browser = new Browser(`${house.origin}/callback`)
  await authorize(browser, loginUrl(house).url, house.person('ender'))
  await wait(1_000)
  browser.leaveAt = client.redirectUri
  return browser
}

export async function loginDemands(t: Test, house: House): Promise<void> {
  const client = await ClaudeClient.register(house.origin)

  for (const demand of [{ prompt: 'login' }, { max_age: '0' }] as Record<string, string>[]) {
    t.test(`${JSON.stringify(demand)}: Keycloak asks for the password anew`, async (t) => {
      const browser = await loggedIn(house, client)
      const { url } = client.authorization(demand)
      const page = await press(browser, await browser.open(url), 'allow')
      t.ok(asksPassword(page), 'though its session is alive')
      const landed = await proceed(browser, page, house.person('ender'))
      t.ok(landed.url.searchParams.get('code'))
    })
  }

  t.test('max_age: a session that is young enough is taken, and the person asked', async (t) => {
    const browser = await loggedIn(house, client)
    const { url } = client.authorization({ max_age: '3600' })
    const page = await press(browser, await browser.open(url), 'allow')
    t.notOk(asksPassword(page))
    const landed = await press(browser, page, 'continue')
    t.ok(landed.url.searchParams.get('code'))
  })

  t.test('login_hint: Keycloak has the name filled in', async (t) => {
    const browser = client.browser()
    const { url } = client.authorization({ login_hint: 'bean' })
    const page = await press(browser, await browser.open(url), 'allow')
    t.ok(asksPassword(page))
    t.match(page.body, /value="bean"/)
  })

  t.test('a pushed request (RFC 9126), from one gateway to the other', async (t) => {
    const { url, verifier } = client.authorization({ scope: 'school:read' })
    const pushed = await client.post('/par', Object.fromEntries(url.searchParams))
    t.equal(pushed.status, 201)
    const { request_uri } = (await pushed.json()) as { request_uri: string }
    const { client_id } = client.registered
    const opened = new URL('/authorize', house.origin)
    opened.search = new URLSearchParams({ client_id, request_uri }).toString()
    const landed = await authorize(client.browser(), opened, house.person('bean'))
    const code = landed.url.searchParams.get('code') ?? ''
    const tokens = (await (await client.redeem({ code, verifier })).json()) as Tokens
    t.equal(tokens.scope, 'school:read')
    for (let calls = 0; calls < 2; calls++) {
      t.match(await callTool(house.mcpUrl, tokens.access_token), { status: 200 })
    }
  })
}
