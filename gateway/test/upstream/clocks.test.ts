/** Clocks may differ by 60 s; beyond it the log says by how much, and no page does. */
import t from 'tap'
import { atProvider, failureOf, login } from '../support/at-provider.ts'
import { doorAtProviders } from '../support/door-at-providers.ts'

const LIFETIME = 300_000

t.test(
  'OpenID Connect Core §3.1.3.7 rule 9: exp, by a clock that is up to 60 s ahead',
  async (t) => {
    const at = await atProvider(t)
    at.clock.now += LIFETIME + 50_000
    t.equal((await login(at)).sub, 'sub-of-ender')
    at.clock.now += 60_000
    t.match(await failureOf(login(at)), {
      kind: 'invalid',
      message: /^exp is 1[01]\d s in the past by our clock, and 60 s may differ/,
    })
  },
)

t.test('iat, by a clock that is up to 60 s behind', async (t) => {
  const at = await atProvider(t)
  at.clock.now -= 50_000
  t.equal((await login(at)).sub, 'sub-of-ender')
  at.clock.now -= 60_000
  t.match(await failureOf(login(at)), {
    kind: 'invalid',
    message: /^iat is 1[01]\d s to come by our clock, and 60 s may differ/,
  })
})

t.test('an nbf to come is told alike', async (t) => {
  const at = await atProvider(t)
  const now = Math.floor(Date.now() / 1000)
  at.provider.misbehave({ idToken: { nbf: now + 300 } })
  t.match(await failureOf(login(at)), { message: /^nbf is \d+ s to come/ })
})

t.test('the log explains it; the client and the page are told nothing of clocks', async (t) => {
  const at = await doorAtProviders(t)
  const now = Math.floor(Date.now() / 1000)
  at.company.misbehave({ idToken: { iat: now + 600, exp: now + 900 } })
  const browser = at.door.browser()
  const back = await at.visit(await at.leave(browser, 'company'))
  const answer = await browser.get(back.pathname + back.search)
  t.match(answer.headers.location, /error=access_denied/)
  t.notMatch(String(answer.headers.location) + answer.body, /clock|iat/)
  t.match(at.door.logs.join(''), /iat is \d+ s to come by our clock.*"provider":"company"/)
})
