/** The person's own page: from the login to what it shows, and what disconnecting does. */
import t from 'tap'
import { grantsOn, postTo, signIn } from '../support/account.ts'
import { openDoor, refreshment } from '../support/door.ts'
import { startMcpServer } from '../support/mcp-server.ts'
import { person } from '../support/stub-upstream.ts'

const ender = person('ender', 'BS-2401', ['student'])
const graff = person('graff', undefined, ['instructor'])

t.test('nobody is sent to the provider before they press a button', async (t) => {
  const door = await openDoor(t)
  const page = await door.browser().get('/account')
  t.equal(page.statusCode, 200)
  t.match(page.body, '<form method="post" action="/account/sign-in">')
  t.same(page.cookies, [])
  t.same(door.upstream.logins, [])
})

t.test(
  'signed in: the apps, with name, host, scopes, first and last use, and where from',
  async (t) => {
    const door = await openDoor(t)
    const claude = await door.register({ client_name: 'Claude' })
    const tokens = await door.connect(claude)
    door.clock.now += 3_600_000
    await door.post('/token', refreshment(claude, tokens.refresh_token), {
      'user-agent': 'Claude-User/1.0',
    })
    // Later: of two that were used at once either may come first.
    door.clock.now += 1_000
    await door.connect(await door.register({ redirect_uris: ['http://localhost:4321/cb'] }))
    const { page } = await signIn(door, ender)
    const { body } = await page()
    const apps = [...body.matchAll(/<article[\s\S]*?<\/article>/g)].map(([app]) => app)
    t.equal(apps.length, 2)
    t.match(apps[1] ?? '', '“<bdi>Claude</bdi>”')
    t.match(apps[1] ?? '', '>claude.ai<')
    t.match(apps[1] ?? '', 'read your student record')
    t.match(apps[1] ?? '', '<time datetime="2026-11-23T12:00:00.000Z">')
    t.match(apps[1] ?? '', '<time datetime="2026-11-23T13:00:00.000Z">')
    t.match(
      apps[1] ?? '',
      /from <bdi class="address" dir="ltr">127\.0\.0\.1<\/bdi>, by <bdi>Claude-User\/1\.0</,
    )
    t.match(apps[0] ?? '', 'an app without a name')
    t.match(apps[0] ?? '', '>localhost:4321<')
  },
)

t.test('who I am in the school, and by which rule', async (t) => {
  const door = await openDoor(t)
  const { body } = await (await signIn(door, ender)).page()
  t.match(body, 'Signed in as <bdi>ender</bdi>')
  t.match(body, '<dd>BS-2401</dd>')
  t.match(body, '<dd>student</dd>')
  t.match(body, '<dd><code>student_claim</code></dd>')
  t.notMatch(body, '/account/people')
  const instructor = await (await signIn(door, graff)).page()
  t.match(instructor.body, '<dd>none</dd>')
  t.match(instructor.body, '<dd>instructor</dd>')
  t.match(instructor.body, '<a href="/account/people">')
})

t.test('login to page to disconnect: 401 at /mcp, and no refresh', async (t) => {
  const mcp = await startMcpServer(t)
  const door = await openDoor(t, { MCP_UPSTREAM_URL: mcp.url })
  const origin = await door.listen()
  const call = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${origin}/mcp`, { method: 'POST', headers })
    await response.arrayBuffer()
    return response.status
  }
  const client = await door.register({ client_name: 'Claude' })
  const kept = await door.connect(client)
  const ended = await door.connect(client)
  t.same([await call(kept.access_token), await call(ended.access_token)], [200, 200])
  const at = await signIn(door, ender)
  const [last] = grantsOn(await at.page()).toReversed()
  const [other] = grantsOn(await at.page())
  t.not(last, other)
  const answer = await at.post('/account/disconnect', { grant: String(last) })
  t.match([answer.statusCode, answer.headers.location], [303, 'http://localhost:3000/account'])
  const statuses = [await call(kept.access_token), await call(ended.access_token)].sort()
  t.same(statuses, [200, 401])
  t.same(grantsOn(await at.page()), [other])

  const rest = await at.post('/account/disconnect', { grant: 'all' })
  t.equal(rest.statusCode, 303)
  t.same([await call(kept.access_token), await call(ended.access_token)], [401, 401])
  for (const { refresh_token } of [kept, ended]) {
    const refused = await door.post('/token', refreshment(client, refresh_token))
    t.match([refused.statusCode, refused.json()], [400, { error: 'invalid_grant' }])
  }
  t.match((await at.page()).body, 'All of these apps are disconnected.')
  t.notMatch((await at.page()).body, 'All of these apps', 'said once')
  t.match((await at.page()).body, 'No app is connected.')
  t.match(
    door.logs.find((line) => line.includes('grant_revoked')),
    '"why":"the person disconnected it"',
  )
})

t.test(
  'another person’s grant is neither shown nor ended, and nobody learns that it is there',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register({ client_name: 'Claude' })
    await door.connect(client)
    const [theirs] = await door.store.grantsOf({ client_id: client.client_id })
    const bean = await signIn(door, person('bean', 'BS-2507', ['student']))
    t.same(grantsOn(await bean.page()), [])
    const tried = await bean.post('/account/disconnect', { grant: String(theirs) })
    const unknown = await bean.post('/account/disconnect', { grant: 'A'.repeat(22) })
    const nothing = await bean.post('/account/disconnect', {})
    for (const answer of [tried, unknown, nothing]) {
      t.match([answer.statusCode, answer.headers.location], [303, 'http://localhost:3000/account'])
      t.equal(answer.body, tried.body)
    }
    await bean.post('/account/disconnect', { grant: 'all' })
    t.equal(await door.store.isAlive(String(theirs)), true)
  },
)

t.test('a long list comes page by page, and a page is a number from 1 to 500', async (t) => {
  const door = await openDoor(t, { GRANTS_PER_CLIENT: '1000' })
  const client = await door.register({ client_name: 'Claude' })
  for (let each = 0; each < 25; each++) {
    door.clock.now += 1
    await door.connect(client)
  }
  const at = await signIn(door, ender)
  const shown = async (query: string) => {
    const page = await at.browser.get(`/account${query}`)
    t.equal(page.statusCode, 200, query)
    return page
  }
  const first = await shown('')
  t.equal(grantsOn(first).length, 20)
  t.match(first.body, '<a class="button" rel="next" href="/account?page=2">')
  t.notMatch(first.body, 'rel="prev"')
  const second = await shown('?page=2')
  t.equal(grantsOn(second).length, 5)
  t.match(second.body, 'rel="prev" href="/account?page=1"')
  t.notMatch(second.body, 'rel="next"')
  t.equal(new Set([...grantsOn(first), ...grantsOn(second)]).size, 25)
  for (const odd of ['0', '-1', '1e3', '2.5', '99999999999999999999', 'x', '', '%00', '２']) {
    t.same(grantsOn(await shown(`?page=${odd}`)), grantsOn(first), odd)
  }
  t.same(grantsOn(await shown('?page=999')), [])
  t.same(grantsOn(await shown('?page=1&page=2')), grantsOn(first))
})

t.test('in Korean, where the browser asks for it', async (t) => {
  const door = await openDoor(t)
  const at = await signIn(door, ender)
  for (const options of [
    { url: '/account', headers: { 'accept-language': 'ko-KR,ko;q=0.9' } },
    { url: '/account?ui_locales=ko' },
  ]) {
    const { body } = await at.browser.request({ method: 'GET', ...options })
    t.match(body, '<html lang="ko">')
    t.match(body, '<h1>내 계정</h1>')
    t.match(body, '학번')
  }
  const browser = door.browser()
  await postTo(browser, '/account/sign-in?ui_locales=ko', { provider: 'default' })
  t.match(door.upstream.logins.at(-1), { ui_locales: 'ko' }, 'the provider’s page, too')
})

t.test('who is not enrolled gets no session, and is told whom to ask', async (t) => {
  const door = await openDoor(t)
  door.upstream.identity = person('valentine', undefined, [])
  const browser = door.browser()
  const back = await browser.comeBack(
    await postTo(browser, '/account/sign-in', { provider: 'default' }),
  )
  t.equal(back.statusCode, 403)
  t.match(back.body, 'Ask Major Anderson.')
  t.notMatch(back.body, 'Nothing was shared with the app')
  t.match((await browser.get('/account')).body, 'action="/account/sign-in"')
})
