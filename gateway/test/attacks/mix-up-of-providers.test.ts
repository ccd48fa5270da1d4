/** Two providers behind one gateway: what one sends must never count as the other's (RFC 9700 §4.4.2). */
import t, { type Test } from 'tap'
import { personIdOf } from '../../src/students/directory.ts'
import type { Browser } from '../support/door.ts'
import { type DoorAtProviders, doorAtProviders } from '../support/door-at-providers.ts'
import { ender } from '../support/fake-provider.ts'

const withPath = (back: URL, path: string) => `${path}${back.search}`

async function refused(t: Test, at: DoorAtProviders, browser: Browser, url: string, what: string) {
  const answer = await browser.get(url)
  t.match(answer.headers.location, /^https:\/\/claude\.ai\/.*\?error=access_denied/, what)
  t.notMatch(answer.headers.location, /code=/)
  t.same(await at.door.store.grantsOf({ client_id: at.client.client_id }), [])
}

t.test('each provider has a redirect URI of its own, and a login there succeeds', async (t) => {
  const at = await doorAtProviders(t)
  for (const id of ['company', 'partner'] as const) {
    const browser = at.door.browser()
    const back = await at.visit(await at.leave(browser, id))
    t.equal(back.pathname, `/callback/${id}`)
    const answer = await browser.get(back.pathname + back.search)
    t.match(answer.headers.location, /code=bsg_ac_/, id)
    t.equal(at[id].authorizations[0]?.get('redirect_uri'), `http://localhost:3000/callback/${id}`)
    t.equal(at[id].authorizations[0]?.get('client_id'), `gateway-at-${id}`)
  }
  for (const { issuer } of [at.company, at.partner]) {
    const person = { personId: personIdOf(issuer, ender.sub) }
    t.equal(
      (await at.door.store.grantsOf(person)).length,
      1,
      'one sub at two issuers is two people',
    )
  }
})

t.test(
  'RFC 9700 §4.4.2: who was sent to one provider comes back from no other, with the same state and code',
  async (t) => {
    const at = await doorAtProviders(t)
    for (const [begun, other] of [
      ['company', 'partner'],
      ['partner', 'company'],
    ] as const) {
      for (const iss of ['kept', 'swapped', 'absent']) {
        const browser = at.door.browser()
        const back = await at.visit(await at.leave(browser, begun))
        if (iss === 'swapped') back.searchParams.set('iss', at[other].issuer)
        if (iss === 'absent') back.searchParams.delete('iss')
        const what = `${begun} at ${other}, iss ${iss}`
        await refused(t, at, browser, withPath(back, `/callback/${other}`), what)
      }
    }
    t.same([at.company.calls.token, at.partner.calls.token], [0, 0], 'no code was sent anywhere')
  },
)

t.test('a provider that sends the browser on to another one gets no code of it', async (t) => {
  const at = await doorAtProviders(t)
  const browser = at.door.browser()
  // The person chose the partner, which lets the company log the person in, with the gateway's state.
  const toPartner = new URL(String((await at.leave(browser, 'partner')).headers.location))
  const toCompany = new URL('/authorize', at.company.issuer)
  for (const [name, value] of toPartner.searchParams) toCompany.searchParams.set(name, value)
  toCompany.searchParams.set('client_id', 'gateway-at-company')
  toCompany.searchParams.set('redirect_uri', 'http://localhost:3000/callback/company')
  const response = await fetch(toCompany, { redirect: 'manual' })
  const back = new URL(response.headers.get('location') ?? '')
  await refused(t, at, browser, back.pathname + back.search, 'the company’s answer')
  t.same([at.company.calls.token, at.partner.calls.token], [0, 0])
})

t.test('RFC 9207 §2.4: the iss of another provider is refused at one’s own callback', async (t) => {
  const at = await doorAtProviders(t)
  const browser = at.door.browser()
  const back = await at.visit(await at.leave(browser, 'partner'))
  back.searchParams.set('iss', at.company.issuer)
  await refused(t, at, browser, back.pathname + back.search, 'iss of the company')
  t.equal(at.partner.calls.token, 0)
})

t.test('an ID token with the issuer, the audience or the key of another provider', async (t) => {
  const at = await doorAtProviders(t)
  for (const how of [
    { idToken: { iss: at.company.issuer } },
    { idToken: { iss: at.company.issuer, aud: 'gateway-at-company' } },
    { idToken: { aud: 'gateway-at-company' } },
    { idToken: { iss: at.company.issuer }, metadata: { jwks_uri: `${at.company.issuer}/jwks` } },
  ]) {
    at.partner.misbehave(how)
    const browser = at.door.browser()
    const back = await at.visit(await at.leave(browser, 'partner'))
    await refused(t, at, browser, back.pathname + back.search, JSON.stringify(how))
  }
})

t.test('a callback of no provider is a page, and uses nothing up', async (t) => {
  const at = await doorAtProviders(t)
  const browser = at.door.browser()
  const back = await at.visit(await at.leave(browser, 'company'))
  for (const path of [
    '/callback',
    '/callback/default',
    '/callback/nobody',
    '/callback/Company',
    '/callback/__proto__',
  ]) {
    const answer = await browser.get(withPath(back, path))
    t.equal(answer.statusCode, 400, path)
    t.notOk(answer.headers.location, path)
  }
  t.match((await browser.get(back.pathname + back.search)).headers.location, /code=/)
})

t.test('a login does not survive another issuer in the settings', async (t) => {
  const at = await doorAtProviders(t)
  const browser = at.door.browser()
  const back = await at.visit(await at.leave(browser, 'company'))
  const state = back.searchParams.get('state') ?? ''
  const begun = await at.door.store.get('transaction', state)
  if (!begun) throw new Error('a login was begun')
  await at.door.store.put('transaction', state, { ...begun, iss: 'https://former.example' })
  await refused(t, at, browser, back.pathname + back.search, 'begun at a former issuer')
  t.equal(at.company.calls.token, 0)
})

t.test(
  'OpenID Connect Discovery §4.3: a provider that says it is another one is refused, loudly, and the other one serves',
  async (t) => {
    const at = await doorAtProviders(t)
    at.partner.misbehave({ metadata: { issuer: at.company.issuer } })
    at.partner.login(ender)
    const browser = at.door.browser()
    const answer = await at.leave(browser, 'partner')
    t.equal(answer.statusCode, 500)
    t.notOk(answer.headers.location)
    t.notMatch(answer.body, at.company.issuer, 'the page tells nothing')
    t.match(at.door.logs.join(''), /"level":50.*"provider":"partner".*names another issuer/)
    t.match((await at.door.app.inject({ url: '/readyz' })).json(), {
      status: 'ready',
      providers: { company: { state: 'unknown' }, partner: { state: 'misconfigured' } },
    })
    const back = await at.visit(await at.leave(at.door.browser(), 'company'))
    t.equal(back.pathname, '/callback/company')
  },
)
