/** Attacks that need a real session at the provider, or two gateways: gateway/test/attacks has the others. */
import type { Test } from 'tap'
import { Browser, type Page } from '../support/browser.ts'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { authorize, press, proceed } from '../support/person.ts'
import { callTool } from '../support/rpc.ts'
import type { House } from './house.ts'
import { loginUrl } from './keycloak-login.ts'
import { subjectOf } from './provider.ts'

const TEN = Array.from({ length: 10 }, (_, index) => index)
const ATTACKER = 'https://evil.example/cb'

export async function attacks(t: Test, house: House): Promise<void> {
  t.test('confused deputy: a second client and a session at Keycloak that is alive', async (t) => {
    const victim = new Browser(`${house.origin}/callback`)
    await authorize(victim, loginUrl(house).url, house.person('ender'))
    victim.leaveAt = ATTACKER
    const silent = await victim.open(loginUrl(house).url)
    t.equal(silent.url.pathname, '/callback', 'Keycloak asks nothing, and sends the browser to us')
    t.equal(silent.status, 400, 'who take no login that nobody consented to')

    const attacker = await register(house)
    const asked = victim.visited.length
    const page = await victim.open(attacker.authorization().url)
    t.equal(page.status, 200)
    t.match(page.body, 'evil.example', 'the person is asked, and told where it goes')
    t.same(
      victim.visited.slice(asked).map(({ origin }) => origin),
      [house.origin],
      'before Keycloak is',
    )
  })

  t.test('confused deputy: Keycloak sends nobody to a client of ours', async (t) => {
    const attacker = await register(house)
    for (const redirect_uri of [ATTACKER, attacker.redirectUri, `${house.origin}/callback/x`]) {
      const { url } = loginUrl(house)
      url.searchParams.set('redirect_uri', redirect_uri)
      const page = await new Browser(ATTACKER).open(url)
      t.equal(page.status, 400, redirect_uri)
      t.equal(page.url.origin, new URL(house.keycloak.issuer).origin)
    }
  })

  t.test(
    'consent of one browser finished in another: by the session that the other has at Keycloak',
    async (t) => {
      const client = await register(house)
      const attacker = client.browser()
      await press(attacker, await attacker.open(client.authorization().url), 'allow')
      const theirs = attacker.visited.find(({ href }) => href.startsWith(house.keycloak.issuer))
      t.ok(theirs?.searchParams.has('state'), 'the address to which the attacker was sent')

      const victim = new Browser(`${house.origin}/callback`)
      await authorize(victim, loginUrl(house).url, house.person('ender'))
      victim.leaveAt = ATTACKER
      const page = await victim.open(theirs ?? '')
      t.equal(page.url.pathname, '/callback')
      t.equal(page.status, 400)
    },
  )

  t.test(
    'consent of one browser finished in another: a callback is refused by both gateways, and takes nothing from its owner',
    async (t) => {
      const client = await ClaudeClient.register(house.origin)
      const { url, state } = client.authorization()
      const { browser: owner, page: stopped } = await atCallback(house, client, 'ender', url)
      t.ok(stopped.url.searchParams.has('code'))

      const other = client.browser()
      const refused = await other.open(stopped.url)
      t.equal(refused.status, 400)
      t.equal(refused.url.origin, house.origin)
      t.notMatch(refused.body, 'bsg_ac_')

      // Neither with a transaction of their own under way, at whichever gateway.
      await press(other, await other.open(client.authorization().url), 'allow')
      for (const gateway of [0, 1] as const) {
        t.equal((await bring(house, gateway, other, stopped.url)).status, 400)
      }

      owner.leaveAt = client.redirectUri
      const landed = await proceed(owner, await owner.open(stopped.url), house.person('ender'))
      t.match(Object.fromEntries(landed.url.searchParams), { state, code: /^bsg_ac_/ })
    },
  )

  t.test('consent of one browser finished in another: nor is its form one', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const page = await client.browser().open(client.authorization().url)
    const refused = await press(client.browser(), page, 'allow')
    t.equal(refused.status, 400)
    t.equal(refused.url.href, `${house.origin}/authorize/process`)
  })

  t.test('state replay: a callback that one gateway took is taken by neither', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    for (const first of [0, 1] as const) {
      const { browser, page } = await atCallback(house, client)
      const cookie = browser.cookies.header(page.url)
      const taken = await bring(house, first, browser, page.url)
      t.match(taken.headers.get('location'), /code=bsg_ac_/)
      for (const gateway of [0, 1] as const) {
        const again = await bring(house, gateway, browser, page.url)
        t.equal(again.status, 400, `the ${gateway === first ? 'same' : 'other'} gateway`)
        t.equal(again.headers.get('location'), null)
      }
      t.ok(cookie, 'the browser sent its cookie each time')
      t.equal(browser.cookies.header(page.url), cookie)
    }
  })

  t.test('state replay: of ten equal callbacks at both gateways one gives a code', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const { browser, page } = await atCallback(house, client)
    const answers = await Promise.all(
      TEN.map((index) => bring(house, index % 2 ? 1 : 0, browser, page.url)),
    )
    const codes = answers.filter(({ headers }) =>
      headers.get('location')?.startsWith(`${client.redirectUri}?code=bsg_ac_`),
    )
    t.equal(codes.length, 1)
    t.equal(answers.filter(({ status }) => status === 400).length, 9)
  })

  t.test('state replay: of ten equal consents at both gateways one starts a login', async (t) => {
    const client = await ClaudeClient.register(house.origin)
    const browser = client.browser()
    const page = await browser.open(client.authorization().url)
    const body = new URLSearchParams({ ...page.forms[0]?.hidden, decision: 'allow' })
    const cookie = browser.cookies.header(page.url) ?? ''
    const answers = await Promise.all(
      TEN.map((index) =>
        fetch(`${house.gateways[index % 2 ? 1 : 0].origin}/authorize/process`, {
          method: 'POST',
          redirect: 'manual',
          headers: { origin: house.origin, cookie },
          body,
        }),
      ),
    )
    t.equal(answers.filter(({ status }) => status === 303).length, 1)
    t.equal(answers.filter(({ status }) => status === 400).length, 9)
  })

  t.test('ten parallel logins of one person: one person comes of them', async (t) => {
    // Bonzo was never here, so each of the ten may be his first.
    const clients = await Promise.all(TEN.map(() => ClaudeClient.register(house.origin)))
    const stopped = []
    for (const client of clients) {
      // In turn at Keycloak: its brute force detection takes one password of a person at a time.
      const { url, verifier, state } = client.authorization()
      stopped.push({
        client,
        verifier,
        state,
        ...(await atCallback(house, client, 'bonzo', url)),
      })
    }
    const answers = await Promise.all(
      stopped.map(({ browser, page }, index) => bring(house, index % 2 ? 1 : 0, browser, page.url)),
    )
    const subjects = new Set<string>()
    const alive: Tokens[] = []
    for (const [index, answer] of answers.entries()) {
      const { client, verifier, state } = stopped[index] ?? raise('ten were stopped')
      const { searchParams } = new URL(answer.headers.get('location') ?? '')
      t.equal(searchParams.get('state'), state)
      const redeemed = await client.redeem({ code: searchParams.get('code') ?? '', verifier })
      t.equal(redeemed.status, 200)
      const tokens = (await redeemed.json()) as Tokens
      subjects.add(await subjectOf(house, tokens))
      alive.push(tokens)
    }
    t.equal(subjects.size, 1)
    for (const { access_token } of alive) {
      const own = await callTool(house.mcpUrl, access_token)
      t.match(own, { status: 200, result: { structuredContent: { name: 'Bonzo Madrid' } } })
    }
  })
}

function register(house: House): Promise<ClaudeClient> {
  return ClaudeClient.register(house.origin, { redirect_uris: [ATTACKER] })
}

/** A browser that agreed and logged in, just before the gateway's callback. */
async function atCallback(
  house: House,
  client: ClaudeClient,
  username = 'ender',
  url = client.authorization().url,
): Promise<{ browser: Browser; page: Page }> {
  const browser = new Browser(`${house.origin}/callback`)
  const page = await authorize(browser, url, house.person(username))
  if (page.url.pathname !== '/callback') throw new Error(`${username} is at ${page.url.pathname}`)
  return { browser, page }
}

/** The callback as that browser sends it, at one gateway past the proxy; the browser learns nothing of the answer. */
function bring(house: House, gateway: 0 | 1, browser: Browser, url: URL): Promise<Response> {
  return fetch(`${house.gateways[gateway].origin}${url.pathname}${url.search}`, {
    redirect: 'manual',
    headers: { cookie: browser.cookies.header(url) ?? '' },
  })
}

function raise(message: string): never {
  throw new Error(message)
}
