import t from 'tap'
import { mintToken, newGrantId, parseToken, sha256 } from '../../src/oauth/token-value.ts'
import { personIdOf } from '../../src/students/directory.ts'
import { authorizationUrl, type Browser, openDoor, refreshment } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

const alive = (
  door: Awaited<ReturnType<typeof openDoor>>,
  identity: { iss: string; sub: string },
) => door.store.grantsOf({ personId: personIdOf(identity.iss, identity.sub) })

t.test(
  'one student has at most one person per issuer; the second is refused and audited',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    await door.connect(client)
    door.upstream.identity = person('impostor', 'BS-2401', ['student'])
    t.equal(await door.authorize(client).catch(() => 'refused'), 'refused')
    t.match(door.logs.join(''), /student_conflict/)
    door.upstream.identity = person('ender', 'BS-2401', ['student'])
    t.match((await door.authorize(client)).code, /^bsg_ac_/, 'the first one is who they were')
  },
)

t.test('a grant opened while another login changes the student gives no code', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const { open } = door.store
  door.store.open = async (...grant) => {
    door.store.open = open
    // The other login runs from its callback to its code in between, and sees no grant to end.
    door.upstream.identity = person('ender', 'BS-9', ['student'])
    await door.connect(client)
    await open(...grant)
  }
  const { redirect } = await door.authorize(client)
  t.match(redirect.search, /error=access_denied/)
  const living = await alive(door, person('ender', 'BS-9', ['student']))
  t.equal(living.length, 1, 'the other login’s')
})

t.test('two people racing for one student id: one is enrolled', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const roads: {
    browser: Browser
    toProvider: Awaited<ReturnType<Browser['get']>>
    name: string
  }[] = []
  for (const name of ['one', 'two']) {
    door.upstream.identity = person(name, 'BS-1', ['student'])
    const browser = door.browser()
    const page = await browser.get(authorizationUrl(client).url)
    roads.push({ browser, toProvider: await browser.submit(page, 'allow'), name })
  }
  const original = door.upstream.callback
  let turn = 0
  door.upstream.callback = async (url, checks) => ({
    ...(await original(url, checks)),
    ...person(roads[turn++ % 2]?.name ?? '', 'BS-1', ['student']),
  })
  const answers = await Promise.all(
    roads.map(({ browser, toProvider }) => browser.comeBack(toProvider)),
  )
  t.same(answers.map(({ statusCode }) => statusCode).sort(), [303, 403])
})

t.test('the claim changed: audited, the old grants revoked, the old link free', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const ender = person('ender', 'BS-2401', ['student'])
  await door.connect(client)
  const [old] = await alive(door, ender)
  door.upstream.identity = person('ender', 'BS-9', ['student'])
  await door.connect(client)
  t.match(door.logs.join(''), /student_changed/)
  const now = await alive(door, ender)
  t.equal(now.length, 1)
  t.not(now[0], old)
  door.upstream.identity = person('bean', 'BS-2401', ['student'])
  t.match((await door.authorize(client)).code, /^bsg_ac_/, 'somebody else may be BS-2401 now')
})

t.test(
  'the claim is gone: refused, whatever was linked before, and the old grants are revoked',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const ender = person('ender', 'BS-2401', ['student'])
    await door.connect(client)
    door.upstream.identity = person('ender', undefined, ['student'])
    t.equal(await door.authorize(client).catch(() => 'refused'), 'refused')
    t.same(await alive(door, ender), [])
  },
)

t.test(
  'a lost role narrows what was granted with it, at once and without a login; a gained one widens nothing that lives',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    door.upstream.identity = person('both', 'BS-3', ['student', 'instructor'])
    const granted = await door.connect(client)
    t.match(granted.scope, /instruct/)
    door.upstream.identity = person('both', 'BS-3', ['student'])
    const demoted = await door.connect(client)
    t.notMatch(demoted.scope, /instruct/)
    t.equal((await alive(door, door.upstream.identity)).length, 2, 'both grants live on')
    const former = parseToken('access', granted.access_token)
    t.equal(former && (await door.store.find(former)), undefined, 'its access token does not')
    const less = await door.post('/token', refreshment(client, granted.refresh_token))
    t.match([less.statusCode, less.json()], [200, { scope: demoted.scope }])
    const access = parseToken('access', less.json().access_token)
    t.same(access && (await door.store.find(access))?.roles, ['student'])
    door.upstream.identity = person('both', 'BS-3', ['student', 'instructor'])
    await door.connect(client)
    const refreshed = await door.post('/token', {
      grant_type: 'refresh_token',
      refresh_token: demoted.refresh_token,
      client_id: client.client_id,
    })
    t.equal(refreshed.json().scope, demoted.scope)
  },
)

t.test('grants are records from the first day, with what may be asked of them later', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ client_name: 'Claude' })
  const tokens = await door.connect(client, { scope: 'school:read claudeai' })
  const found = await door.store.find({
    ...mintToken('access', newGrantId()).reference,
    grantId: tokens.access_token.slice(7, 29),
    hash: sha256(tokens.access_token),
  })
  t.match(found?.grant, {
    iss: 'http://localhost:3002',
    sub: 'sub-ender',
    sid: 'sid-ender',
    auth_time: Number,
    rule: 'student_claim',
    studentId: 'BS-2401',
    roles: ['student'],
    client_id: client.client_id,
    client_name: 'Claude',
    scopeAsked: 'school:read claudeai',
    scopeConsented: ['school:read'],
    scopeGranted: ['school:read'],
    resource: 'http://localhost:3000/mcp',
    createdAt: door.clock.now,
    upstreamRefreshToken: /^v1\./,
    upstreamIdToken: /^v1\./,
  })
  t.match(found?.use, { lastUsedAt: door.clock.now, address: '127.0.0.1', userAgent: String })
})
