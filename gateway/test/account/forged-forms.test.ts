/** Forms of the account room that somebody else made, or somebody else posts (RFC 9700 §4.7; login CSRF). */
import t from 'tap'
import { beginSignIn, OWN, postTo, signIn } from '../support/account.ts'
import { openDoor } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

const bean = person('bean', 'BS-2507', ['student'])
const FORMS: [path: string, form: Record<string, string>][] = [
  ['/account/disconnect', { grant: 'all' }],
  ['/account/sign-out', { from: 'everywhere' }],
  ['/account/sign-out', { from: 'here' }],
]

const foreign: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost:3000.evil.example' },
  { origin: 'https://localhost:3000' },
  { origin: 'http://127.0.0.1:3000' },
  { origin: '' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { referer: 'http://localhost:3000/account' },
  {},
]

t.test(
  'RFC 9700 §4.7: a form that another site posts is a 403 page, with the right token too',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    await door.connect(client)
    const at = await signIn(door)
    for (const headers of foreign) {
      for (const [path, form] of FORMS) {
        const answer = await at.post(path, form, headers)
        t.equal(answer.statusCode, 403, `${path} ${JSON.stringify(headers)}`)
      }
      t.equal(
        (await postTo(at.browser, '/account/sign-in', { provider: 'default' }, headers)).statusCode,
        403,
      )
    }
    t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
    t.match((await at.page()).body, 'Signed in as')
    t.equal(door.upstream.logins.length, 2, 'the two of this test')
  },
)

t.test('RFC 9700 §4.7: a form without the token of this very session does nothing', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  await door.connect(client)
  const at = await signIn(door)
  const attacker = await signIn(door, bean)
  const again = await signIn(door, bean)
  for (const [path, form] of FORMS) {
    for (const [title, token] of [
      ['none', ''],
      ['another person’s', attacker.token],
      ['changed', `${at.token.slice(0, -1)}${at.token.endsWith('A') ? 'B' : 'A'}`],
      ['longer', `${at.token}A`],
      ['the cookie itself', String(at.browser.cookies.get('bsg-account'))],
    ]) {
      const answer = await at.post(path, { ...form, token: String(token) })
      t.equal(answer.statusCode, 403, `${path}: ${title}`)
    }
    t.equal(
      (await again.post(path, { ...form, token: attacker.token })).statusCode,
      403,
      'former session',
    )
  }
  t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
  t.match((await at.page()).body, 'Signed in as')
})

t.test('a form without a session does nothing, whatever its token', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  await door.connect(client)
  const at = await signIn(door)
  const nobody = door.browser()
  const forged = door.browser()
  forged.cookies.set('bsg-account', 'A'.repeat(43))
  for (const browser of [nobody, forged]) {
    for (const [path, form] of FORMS) {
      const answer = await postTo(browser, path, { ...form, token: at.token })
      t.equal(answer.statusCode, 400, path)
      t.match(answer.body, 'href="/account"')
    }
  }
  t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
})

t.test('no link, no other type and no repeated field does what a form does', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  await door.connect(client)
  const at = await signIn(door)
  const fields = new URLSearchParams({ token: at.token, grant: 'all', from: 'everywhere' })
  for (const path of ['/account/disconnect', '/account/sign-out', '/account/sign-in']) {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const { statusCode } = await at.browser.request({ method, url: `${path}?${fields}` })
      t.equal(statusCode, 404, `${method} ${path}`)
    }
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/json']) {
      const payload = type === 'application/json' ? '{}' : fields.toString()
      const headers = { ...OWN, 'content-type': type }
      const { statusCode } = await at.browser.request({
        method: 'POST',
        url: path,
        headers,
        payload,
      })
      t.equal(statusCode, 415, `${type} ${path}`)
    }
    const large = await at.post(path, { padding: 'x'.repeat(70_000) })
    t.equal(large.statusCode, 413, path)
  }
  const headers = { ...OWN, 'content-type': 'application/x-www-form-urlencoded' }
  const twice = await at.browser.request({
    method: 'POST',
    url: '/account/disconnect',
    headers,
    payload: `token=${at.token}&grant=all&grant=all`,
  })
  t.equal(twice.statusCode, 400)
  t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
})

t.test('nothing of another site may read the page, or send its cookie with a form', async (t) => {
  const door = await openDoor(t)
  const at = await signIn(door)
  for (const method of ['GET', 'OPTIONS'] as const) {
    for (const url of ['/account', '/account/disconnect', '/signed-out']) {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
      const { headers: answer } = await at.browser.request({ method, url, headers })
      t.equal(answer['access-control-allow-origin'], undefined, url)
      t.equal(answer['access-control-allow-credentials'], undefined, url)
    }
  }
  const browser = door.browser()
  const back = await browser.comeBack(await beginSignIn(browser))
  t.match(
    back.cookies.find(({ name }) => name === 'bsg-account'),
    { sameSite: 'Lax', httpOnly: true },
  )
})
