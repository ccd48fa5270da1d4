/** Where several providers are, the person says where they log in, on the consent page. */
import t from 'tap'
import { authorizationUrl, openDoor, sealedRequest } from '../support/door.ts'
import { doorAtProviders } from '../support/door-at-providers.ts'

const radios = (body: string) =>
  [...body.matchAll(/<input type="radio" name="provider" value="([^"]*)"( checked)?/g)].map(
    ([, id, marked]) => `${id}${marked ? ' (marked)' : ''}`,
  )
const hostOf = (location: unknown) => new URL(String(location)).origin

t.test('with one provider there is nothing to choose, and the form is as before', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const browser = door.browser()
  const page = await browser.get(authorizationUrl(client).url)
  t.notMatch(page.body, /<fieldset|name="provider"|name="email"/)
  const foreign = await browser.submit(page, 'allow', undefined, { provider: 'company' })
  t.equal(foreign.statusCode, 400, 'an id that the page did not offer')
  t.equal((await browser.submit(page, 'allow')).statusCode, 303)
})

t.test(
  'a group of radio buttons, named in the language of the page, none of them marked',
  async (t) => {
    const at = await doorAtProviders(t)
    const { url } = authorizationUrl(at.client)
    const page = await at.door.browser().get(url)
    t.same(radios(page.body), ['company', 'partner'])
    t.match(page.body, /<fieldset>\n<legend>Where do you log in\?<\/legend>/)
    t.match(page.body, '<bdi>The company</bdi>')
    t.match(page.body, /<label class="field">[^<]+\n<input type="email" name="email"/)
    const korean = await at.door
      .browser()
      .get(authorizationUrl(at.client, { ui_locales: 'ko' }).url)
    t.match(korean.body, '<bdi>company 계정</bdi>')
    t.match(korean.body, '어디에서 로그인하십니까?')
  },
)

t.test('the choice decides, and reaches the transaction', async (t) => {
  const at = await doorAtProviders(t)
  for (const id of ['company', 'partner'] as const) {
    const left = await at.leave(at.door.browser(), id)
    t.equal(hostOf(left.headers.location), at[id].issuer)
    const state = new URL(String(left.headers.location)).searchParams.get('state') ?? ''
    t.match(await at.door.store.get('transaction', state), { provider: id, iss: at[id].issuer })
  }
})

t.test('a choice that no page offers is refused, and the form stays usable', async (t) => {
  const at = await doorAtProviders(t)
  const browser = at.door.browser()
  const page = await browser.get(authorizationUrl(at.client).url)
  for (const provider of [
    'default',
    'nobody',
    'Company',
    '__proto__',
    'company,partner',
    at.company.issuer,
  ]) {
    const answer = await browser.submit(page, 'allow', undefined, { provider })
    t.equal(answer.statusCode, 400, provider)
    t.notOk(answer.headers.location)
  }
  const twice = await browser.request({
    method: 'POST',
    url: '/authorize/process',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: at.door.config.PUBLIC_URL.origin,
    },
    payload: `request=${sealedRequest(page)}&decision=allow&provider=company&provider=partner`,
  })
  t.equal(twice.statusCode, 400, 'RFC 6749 §3.1: repeated')
  const left = await browser.submit(page, 'allow', undefined, { provider: 'company' })
  t.equal(left.statusCode, 303)
})

t.test('without a choice the page is shown again, says why, and is still good', async (t) => {
  const at = await doorAtProviders(t)
  const browser = at.door.browser()
  const page = await browser.get(authorizationUrl(at.client).url)
  for (const fields of [{}, { email: 'ender@elsewhere.example' }]) {
    const again = await browser.submit(page, 'allow', undefined, fields)
    t.equal(again.statusCode, 400)
    t.match(again.body, /<fieldset aria-describedby="provider-open">/)
    t.match(again.body, /role="alert" id="provider-open"/)
    t.equal(sealedRequest(again), sealedRequest(page))
    t.notMatch(again.body, 'elsewhere.example', 'what was typed is not repeated')
  }
  t.equal((await browser.submit(page, 'cancel')).statusCode, 303, 'Cancel needs no choice')
})

t.test(
  'the domain of an e-mail address chooses: the whole domain, and nothing around it',
  async (t) => {
    const at = await doorAtProviders(t)
    for (const [email, expected] of [
      ['ender@company.example', 'company'],
      ['Ender.Wiggin@COMPANY.Example', 'company'],
      ['bean@partner.example', 'partner'],
      ['ender@it.company.example', undefined],
      ['ender@notcompany.example', undefined],
      ['ender@company.example.evil.example', undefined],
      ['ender@company.example@evil.example', undefined],
      ['ender@company.example.', undefined],
      ['@company.example', undefined],
      ['company.example', undefined],
      [`${'x'.repeat(300)}@company.example`, undefined],
    ] as const) {
      const browser = at.door.browser()
      const page = await browser.get(authorizationUrl(at.client).url)
      const answer = await browser.submit(page, 'allow', undefined, { email })
      if (expected === undefined) t.equal(answer.statusCode, 400, email)
      else {
        t.equal(hostOf(answer.headers.location), at[expected].issuer, email)
        t.equal(new URL(String(answer.headers.location)).searchParams.get('login_hint'), email)
      }
    }
  },
)

t.test('an address decides over the mark, which may be the client’s', async (t) => {
  const at = await doorAtProviders(t)
  const browser = at.door.browser()
  const page = await browser.get(authorizationUrl(at.client).url)
  const fields = { provider: 'company', email: 'bean@partner.example' }
  const answer = await browser.submit(page, 'allow', undefined, fields)
  t.equal(hostOf(answer.headers.location), at.partner.issuer)
})

t.test('login_hint marks the provider of its domain, and no other one is told it', async (t) => {
  const at = await doorAtProviders(t)
  for (const [login_hint, marked] of [
    ['ender@company.example', ['company (marked)', 'partner']],
    ['ender@it.company.example', ['company', 'partner']],
    ['ender', ['company', 'partner']],
  ] as const) {
    const page = await at.door.browser().get(authorizationUrl(at.client, { login_hint }).url)
    t.same(radios(page.body), marked, login_hint)
  }
  const hinted = { login_hint: 'ender@company.example' }
  const own = await at.leave(at.door.browser(), 'company', hinted)
  t.match(own.headers.location, 'login_hint=ender%40company.example')
  const other = await at.leave(at.door.browser(), 'partner', hinted)
  t.notMatch(other.headers.location, 'login_hint')
  const name = await at.leave(at.door.browser(), 'partner', { login_hint: 'ender' })
  t.match(name.headers.location, 'login_hint=ender', 'a hint that is nobody’s address')
})

t.test('while one provider is down the other one is chosen with the same form', async (t) => {
  const at = await doorAtProviders(t)
  at.company.misbehave({ answers: { discovery: 503 } })
  const browser = at.door.browser()
  const page = await browser.get(authorizationUrl(at.client).url)
  const down = await browser.submit(page, 'allow', undefined, { provider: 'company' })
  t.equal(down.statusCode, 503)
  t.ok(down.headers['retry-after'])
  const left = await browser.submit(page, 'allow', undefined, { provider: 'partner' })
  t.equal(hostOf(left.headers.location), at.partner.issuer)
})

t.test('“use another account” goes to the same provider', async (t) => {
  const at = await doorAtProviders(t)
  at.partner.login({ sub: 'bean', auth_time: 1_700_000_000 })
  const browser = at.door.browser()
  const back = await at.visit(await at.leave(browser, 'partner'))
  const page = await browser.get(back.pathname + back.search)
  t.match(page.body, 'value="switch"')
  const again = await browser.submit(page, 'switch')
  t.equal(hostOf(again.headers.location), at.partner.issuer)
  t.match(again.headers.location, 'prompt=login')
})

t.test('/readyz and the metrics tell the state of each provider', async (t) => {
  const at = await doorAtProviders(t, {}, { METRICS_TOKEN: 'the-token-of-the-scraper' })
  at.partner.misbehave({ answers: { discovery: 503 } })
  const browser = at.door.browser()
  await at.leave(browser, 'partner')
  const back = await at.visit(await at.leave(browser, 'company'))
  await browser.get(back.pathname + back.search)
  t.match((await at.door.app.inject({ url: '/readyz' })).json(), {
    providers: {
      company: { state: 'reachable', roles_claim: 'seen' },
      partner: { state: 'unreachable', roles_claim: 'unknown' },
    },
  })
  const { body } = await at.door.app.inject({
    url: '/metrics',
    headers: { authorization: 'Bearer the-token-of-the-scraper' },
  })
  t.match(body, 'gateway_provider_state{provider="company",state="reachable"} 1')
  t.match(body, 'gateway_provider_state{provider="partner",state="unreachable"} 1')
  t.match(body, 'gateway_provider_state{provider="partner",state="reachable"} 0')
})
