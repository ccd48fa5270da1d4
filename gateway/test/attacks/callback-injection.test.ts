/** An answer of the provider that belongs to another login is brought to ours (RFC 9700 §4.5, §4.7). */
import t from 'tap'
import { authorizationUrl, openDoor } from '../support/door.ts'
import { doorAtProvider } from '../support/door-at-provider.ts'

t.test('callback injected: with no, an unknown or a repeated state it is a page', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const toProvider = await browser.submit(await browser.get(authorizationUrl(client).url), 'allow')
  const state = new URL(String(toProvider.headers.location)).searchParams.get('state')
  for (const query of [
    'code=x',
    'code=x&state=',
    'code=x&state=x',
    `code=x&state=${'A'.repeat(22)}`,
    `code=x&state=${state}&state=${state}`,
    `code=x&state=${'A'.repeat(22)}&state=${state}`,
    `code=x&STATE=${state}`,
    `code=x&state[]=${state}`,
    `code=x&state=${state}%00`,
    `code=x&state=%20${state}`,
    'code=x&state=__proto__',
    'error=access_denied',
  ]) {
    const response = await browser.get(`/callback?${query}`)
    t.equal(response.statusCode, 400, query)
    t.equal(response.headers.location, undefined, query)
  }
  t.equal((await browser.comeBack(toProvider)).statusCode, 303, 'the login itself is not harmed')
})

t.test(
  'callback injected: a code of another login is refused by its PKCE verifier (RFC 7636 §1, RFC 9700 §4.5.3.1)',
  async (t) => {
    const { door, provider, atProvider } = await doorAtProvider(t)
    const client = await door.register()
    const login = async () => {
      const browser = door.browser()
      const page = await browser.get(authorizationUrl(client).url)
      const back = await atProvider(await browser.submit(page, 'allow'))
      return { browser, back }
    }
    const attacker = await login()
    const victim = await login()
    const injected = new URL(victim.back)
    injected.searchParams.set('code', attacker.back.searchParams.get('code') ?? '')
    const answer = await victim.browser.get(injected.pathname + injected.search)
    t.match(answer.headers.location, /^https:\/\/claude\.ai\/.*\?error=access_denied/)
    t.equal(provider.calls.token, 1, 'the provider compared the verifier')
    t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
  },
)

t.test('callback injected: an ID token of another login is refused by its nonce', async (t) => {
  const { door, provider, atProvider } = await doorAtProvider(t)
  const client = await door.register()
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(client).url)
  const back = await atProvider(await browser.submit(page, 'allow'))
  provider.misbehave({ idToken: { nonce: 'the nonce of another login' } })
  const answer = await browser.get(back.pathname + back.search)
  t.match(answer.headers.location, /error=access_denied/)
  t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
})

t.test('callback injected: an error from elsewhere does not end a login', async (t) => {
  const door = await openDoor(t)
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(await door.register()).url)
  const toProvider = await browser.submit(page, 'allow')
  const injected = await door.browser().comeBack(toProvider, { error: 'access_denied' })
  t.equal(injected.statusCode, 400)
  t.match((await browser.comeBack(toProvider)).headers.location, /code=bsg_ac_/)
})

t.test('callback injected: the provider’s code and words never reach the client', async (t) => {
  const { door, atProvider } = await doorAtProvider(t)
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(await door.register()).url)
  const back = await atProvider(await browser.submit(page, 'allow'))
  const theirs = back.searchParams.get('code') ?? ''
  back.searchParams.set('error_description', 'words of the provider')
  back.searchParams.set('scope', 'words of the provider')
  const { location } = (await browser.get(back.pathname + back.search)).headers
  t.match(location, /code=bsg_ac_/)
  t.notMatch(location, theirs)
  t.notMatch(location, 'words')
})
