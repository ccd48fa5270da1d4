/** Forms of our own pages that strangers answer without end, so that the store fills with logins. */
import t from 'tap'
import { beginSignIn, OWN, postTo } from '../support/account.ts'
import { authorizationUrl, type Door, openDoor } from '../support/door.ts'

const MINUTE = 60_000

/** As if so many had been answered in this minute. */
async function spent(door: Door, name: string, times: number): Promise<void> {
  // Not all at once: on a busy machine a Redis that is asked thousands of times is late.
  for (let left = times; left > 0; left -= 100) {
    const some = Array.from({ length: Math.min(left, 100) }, () => door.store.count(name, MINUTE))
    await Promise.all(some)
  }
}

t.test(
  'RFC 6585 §4: from one address 600 logins a minute are begun at most, and 429 is a page',
  async (t) => {
    const door = await openDoor(t)
    const browser = door.browser()
    const client = await door.register()
    const consent = await browser.get(authorizationUrl(client).url)
    await spent(door, 'logins 127.0.0.1', 598)
    t.equal((await beginSignIn(door.browser())).statusCode, 303)
    t.equal((await beginSignIn(door.browser())).statusCode, 303)
    const limited = [await beginSignIn(door.browser()), await browser.submit(consent, 'allow')]
    for (const answer of limited) {
      t.equal(answer.statusCode, 429)
      t.equal(answer.headers['retry-after'], '60')
      t.match(answer.headers['content-type'], 'text/html')
      t.match(answer.body, 'Wait a minute')
      t.equal(answer.headers.location, undefined)
    }
    t.equal(door.upstream.logins.length, 2, 'nobody was sent away')
    door.clock.now += MINUTE
    t.equal((await browser.submit(consent, 'allow')).statusCode, 303, 'the form is still good')
  },
)

t.test('in all 6000 a minute, wherever they come from; other forms use up nothing', async (t) => {
  const door = await openDoor(t)
  const foreign = { origin: 'https://evil.example' }
  const form = { provider: 'default' }
  await spent(door, 'logins', 5_999)
  await spent(door, 'logins 127.0.0.1', 9)
  for (const answer of [
    await postTo(door.browser(), '/account/sign-in', form, foreign),
    await postTo(door.browser(), '/account/sign-in', { provider: 'none' }),
    await postTo(door.browser(), '/authorize/process', { request: 'x', decision: 'allow' }),
  ]) {
    t.ok([400, 403].includes(answer.statusCode))
  }
  t.equal((await beginSignIn(door.browser())).statusCode, 303)
  t.equal((await beginSignIn(door.browser())).statusCode, 429)
})

t.test('a flood from many addresses keeps nobody out who asks little', async (t) => {
  const door = await openDoor(t)
  await spent(door, 'logins', 7_000)
  for (let asked = 0; asked < 10; asked++) {
    t.equal((await beginSignIn(door.browser())).statusCode, 303)
  }
  t.equal((await beginSignIn(door.browser())).statusCode, 429)
})

t.test('RFC 6177 §2: all addresses of a /48 are one site', async (t) => {
  const door = await openDoor(t, { TRUSTED_PROXIES: '127.0.0.1' })
  await spent(door, 'logins 2001:db8:7::/48', 600)
  const from = async (address: string) => {
    const headers = { ...OWN, 'x-forwarded-for': address }
    const form = { provider: 'default' }
    return (await postTo(door.browser(), '/account/sign-in', form, headers)).statusCode
  }
  t.equal(await from('2001:db8:7:ffff::1'), 429)
  t.equal(await from('2001:db8:8:ffff::1'), 303)
})
