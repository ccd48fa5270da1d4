/** The provider decides who somebody is, at each login; while it is down, what needs no login goes on. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { Browser } from '../support/browser.ts'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { findForms } from '../support/html.ts'
import { authorize, press } from '../support/person.ts'
import { callTool } from '../support/rpc.ts'
import { CONTACT, type House } from './house.ts'
import { loginUrl } from './keycloak-login.ts'

const DOCUMENTS = [
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/jwks',
]

export async function provider(t: Test, house: House): Promise<void> {
  const { keycloak } = house

  t.test('a claim that was taken away at Keycloak means refusal at the next login', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    t.teardown(() => keycloak.admin.setStudentId('bonzo', 'BS-2198'))
    const tokens = await client.connect(house.person('bonzo'))
    t.equal((await callTool(house.mcpUrl, tokens.access_token)).status, 200)
    await keycloak.admin.setStudentId('bonzo', undefined)
    const { url } = client.authorization()
    const refused = await authorize(client.browser(), url, house.person('bonzo'))
    t.equal(refused.status, 403)
    t.equal(refused.url.origin, house.origin)
    t.match(refused.body, CONTACT, 'the page says whom to ask')
    await keycloak.admin.setStudentId('bonzo', 'BS-2198')
    const again = await client.connect(house.person('bonzo'))
    t.equal((await callTool(house.mcpUrl, again.access_token)).status, 200)
  })

  t.test(
    'a session at the provider that was there before is bound to nobody unasked',
    async (t) => {
      const browser = new Browser(`${house.origin}/callback`)
      await authorize(browser, loginUrl(house).url, house.person('ender'))
      // auth_time counts whole seconds, and a login of this very second is taken for one of this authorization.
      await wait(1_000)
      const client = await ClaudeClient.register(house.origin)
      browser.leaveAt = client.redirectUri
      const { url, verifier } = client.authorization()
      const asked = await press(browser, await browser.open(url), 'allow')
      t.equal(asked.status, 200)
      t.match(asked.body, /Ender/)
      const landed = await press(browser, asked, 'continue')
      const code = landed.url.searchParams.get('code') ?? ''
      const tokens = (await (await client.redeem({ code, verifier })).json()) as Tokens
      t.match(await callTool(house.mcpUrl, tokens.access_token), { status: 200 })

      browser.leaveAt = `${house.origin}/callback`
      await authorize(browser, loginUrl(house).url, house.person('ender'))
      await wait(1_000)
      browser.leaveAt = client.redirectUri
      const again = await press(browser, await browser.open(client.authorization().url), 'allow')
      const login = await press(browser, again, 'switch')
      t.ok(
        login.forms.some(({ fields }) => fields.includes('password')),
        'Keycloak asks who it is',
      )
    },
  )

  t.test('Keycloak is stopped, and comes back with its realm imported anew', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const before = await client.connect(house.person('ender'))
    const sub = await subjectOf(house, before)
    const people = await keycloak.admin.people()
    await keycloak.stop()

    for (const path of DOCUMENTS) {
      // From each gateway.
      for (let asked = 0; asked < 2; asked++) {
        t.equal((await fetch(`${house.origin}${path}`)).status, 200, path)
      }
    }
    t.equal((await callTool(house.mcpUrl, before.access_token)).status, 200, '/mcp')
    const refreshed = await client.refresh(before.refresh_token)
    t.equal(refreshed.status, 200, 'refresh')
    const during = (await refreshed.json()) as Tokens
    t.equal(await subjectOf(house, during), sub)
    for (const gateway of house.gateways) {
      t.equal((await fetch(`${gateway.origin}/readyz`)).status, 200, 'readyz')
    }

    // It asks Keycloak at each refresh, and one that was stopped refuses the connection.
    const newcomer = await house.startGateway({ UPSTREAM_CHECK: 'always' })
    const unchecked = await client.refresh(during.refresh_token, newcomer.origin)
    t.equal(unchecked.status, 200, 'a login that cannot be checked is not over')
    const held = (await unchecked.json()) as Tokens
    t.equal((await callTool(`${newcomer.origin}/mcp`, held.access_token)).status, 200)
    t.equal((await callTool(`${newcomer.origin}/mcp`, during.access_token)).status, 200)
    const down = await agreeAt(newcomer.origin, house, client)
    t.equal(down.status, 503, 'one that started meanwhile cannot send anybody there')
    t.ok(down.headers.get('retry-after'))

    await keycloak.start()
    const imported = Object.entries(await keycloak.admin.people())
    t.ok(imported.length > 5)
    for (const [name, id] of imported) t.equal(id, people[name], 'the same id after the import')
    const up = await agreeAt(newcomer.origin, house, client)
    t.equal(up.status, 303)
    t.ok(up.headers.get('location')?.startsWith(keycloak.issuer), 'and now it can')
    const after = await client.connect(house.person('ender'))
    t.equal(await subjectOf(house, after), sub, 'who they were')
    t.equal((await client.refresh(held.refresh_token)).status, 200, 'and still connected')
  })
}

/** Reads the consent page at that gateway and agrees, up to its answer. */
async function agreeAt(origin: string, house: House, client: ClaudeClient): Promise<Response> {
  const { url } = client.authorization()
  const page = await fetch(`${origin}/authorize${url.search}`)
  const [form] = findForms(await page.text())
  const [cookie = ''] = page.headers.getSetCookie()
  return fetch(`${origin}/authorize/process`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: house.origin, cookie: cookie.split(';', 1)[0] ?? '' },
    body: new URLSearchParams({ ...form?.hidden, decision: 'allow' }),
  })
}

/** What mcp is told of the person, read from the wire between the two. */
export async function subjectOf(house: House, { access_token }: Tokens): Promise<string> {
  const answer = await callTool(house.mcpUrl, access_token)
  if (answer.status !== 200) throw new Error(`the call was answered ${answer.status}`)
  const payload = house.inward.log.at(-1)?.authorization?.split('.')[1] ?? ''
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }
  return sub
}
