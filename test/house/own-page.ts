/** The person's own page, signed in to through Keycloak: what they take back there is over at every gateway. */
import type { Test } from 'tap'
import { Browser, type Page } from '../support/browser.ts'
import { ClaudeClient } from '../support/claude-client.ts'
import { type Person, proceed } from '../support/person.ts'
import { callTool } from '../support/rpc.ts'
import { connected } from './cut-off.ts'
import type { House } from './house.ts'
import { loginUrl } from './keycloak-login.ts'

export async function ownPage(t: Test, house: House): Promise<void> {
  const { admin, issuer } = house.keycloak
  const person = { ...house.person('fly'), studentId: 'BS-2702' }
  await admin.addStudent(person)

  t.test('an app that is disconnected on /account is refused within 2 s', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const tokens = await client.connect(person)
    const kept = await client.connect(person)
    const connection = await connected(t, house.gateways, tokens.access_token)
    const browser = new Browser('nowhere:')
    const page = await signIn(browser, house, person)
    t.match(page, { status: 200, body: /claudeai/ })

    const grant = /^bsg_at_([^.]+)\./.exec(tokens.access_token)?.[1] ?? ''
    const press = () => choose(browser, page, 'grant', grant)
    const disconnected = await connection.isEndedBy(t, press)
    t.match(disconnected, { status: 200, url: { pathname: '/account' } })
    t.equal((await client.refresh(tokens.refresh_token)).status, 400)
    t.equal((await callTool(house.mcpUrl, kept.access_token)).status, 200, 'the other app goes on')
  })

  t.test(
    'OpenID Connect RP-Initiated Logout §2: signed out everywhere, at Keycloak too',
    async (t) => {
      const client = await ClaudeClient.register(house.origin)
      const tokens = await client.connect(person)
      const connection = await connected(t, house.gateways, tokens.access_token)
      const browser = new Browser('nowhere:')
      const inBrowsers = async () =>
        (await admin.sessions(person.username)).filter(({ offline }) => !offline)
      const others = await inBrowsers()
      const page = await signIn(browser, house, person)
      t.equal((await inBrowsers()).length, others.length + 1, 'a session of this browser')
      const visited = browser.visited.length
      const press = () => choose(browser, page, 'from', 'everywhere')
      const farewell = await connection.isEndedBy(t, press)
      const met = browser.visited.slice(visited).map(({ href }) => href.split('?', 1)[0])
      t.same(met, [
        `${house.origin}/account/sign-out`,
        `${issuer}/protocol/openid-connect/logout`,
        `${house.origin}/signed-out`,
      ])
      t.match(farewell.body, 'You are signed out everywhere', 'and Keycloak said so')
      t.equal((await client.refresh(tokens.refresh_token)).status, 400)
      t.same(await inBrowsers(), others, 'which is over at Keycloak')
      browser.leaveAt = `${house.origin}/callback`
      const asked = await browser.open(loginUrl(house).url)
      t.ok(
        asked.forms.some(({ fields }) => fields.includes('password')),
        'who comes to this browser next is asked who they are',
      )
    },
  )
}

async function signIn(browser: Browser, { origin }: House, person: Person): Promise<Page> {
  const page = await browser.open(`${origin}/account`)
  return proceed(browser, await choose(browser, page, 'provider', 'default'), person)
}

/** Presses that button of the page. */
function choose(browser: Browser, page: Page, name: string, value: string): Promise<Page> {
  const form = page.forms.find(({ buttons }) =>
    buttons.some((button) => button.name === name && button.value === value),
  )
  if (form === undefined) throw new Error(`${page.url.pathname} has no button ${name}=${value}`)
  return browser.submit(page, form, {}, { [name]: value })
}
