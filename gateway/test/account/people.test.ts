/** The instructor's page: who waits, and what is connected. */
import t from 'tap'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { personIdOf } from '../../src/students/directory.ts'
import { beginSignIn, grantsOn, signIn } from '../support/account.ts'
import { type Door, openDoor } from '../support/door.ts'
import { person } from '../support/stub-upstream.ts'

const ender = person('ender', 'BS-2401', ['student'])
const bean = person('bean', 'BS-2507', ['student'])
const graff = person('graff', undefined, ['instructor'])
const idOf = ({ iss, sub }: { iss: string; sub: string }) => personIdOf(iss, sub)

/** Nobody is known by a claim, and an instructor decides. */
const APPROVAL = {
  UNKNOWN_PEOPLE: 'approval',
  ENROLMENT_RULES: JSON.stringify([
    { by: 'group', groups: ['instructor'], outcome: 'instructor' },
    { by: 'link', outcome: 'student' },
  ]),
}

async function waits(door: Door, name: string): Promise<string> {
  door.upstream.identity = person(name, undefined, [])
  const browser = door.browser()
  const back = await browser.comeBack(await beginSignIn(browser))
  if (back.statusCode !== 403) throw new Error(`${back.statusCode}`)
  return idOf(door.upstream.identity)
}

t.test('only an instructor sees it: nobody is sent to sign in, others are told', async (t) => {
  const door = await openDoor(t)
  const nobody = await door.browser().get('/account/people')
  t.match([nobody.statusCode, nobody.headers.location], [303, 'http://localhost:3000/account'])
  const student = await signIn(door, ender)
  const refused = await student.browser.get('/account/people')
  t.equal(refused.statusCode, 403)
  t.match(refused.body, 'This page is for instructors')
  const instructor = await signIn(door, graff)
  t.equal((await instructor.browser.get('/account/people')).statusCode, 200)
})

t.test(
  'rights are read at each request: who was demoted is out, with their session alive',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    door.upstream.identity = ender
    await door.connect(client)
    const at = await signIn(door, person('graff', 'BS-1', ['student', 'instructor']))
    t.equal((await at.browser.get('/account/people')).statusCode, 200)
    door.upstream.identity = person('graff', 'BS-1', ['student'])
    const elsewhere = door.browser()
    await elsewhere.comeBack(await beginSignIn(elsewhere))
    t.match((await at.page()).body, 'Signed in as', 'a student still')
    t.equal((await at.browser.get('/account/people')).statusCode, 403)
    const forms: [string, Record<string, string>][] = [
      ['/account/people/disconnect', { grant: 'all', client: client.client_id }],
      ['/account/people/decision', { person: idOf(bean), decision: 'approve' }],
    ]
    for (const [path, form] of forms) {
      const answer = await at.post(path, form)
      t.equal(answer.statusCode, 403, path)
      t.match(answer.body, 'This page is for instructors', path)
    }
    t.equal((await door.store.grantsOf({ client_id: client.client_id })).length, 1)
  },
)

t.test(
  'grants by person: found by student number, seen without where they are used from, and ended',
  async (t) => {
    const door = await openDoor(t)
    const claude = await door.register({ client_name: 'Claude' })
    const cursor = await door.register({ client_name: 'Cursor' })
    for (const identity of [ender, bean]) {
      door.upstream.identity = identity
      await door.connect(claude)
      await door.connect(cursor)
    }
    const at = await signIn(door, graff)
    const page = await at.browser.get('/account/people?student=BS-2401')
    t.equal(grantsOn(page).length, 2)
    t.match(page.body, 'Connected apps: student <span class="whole">BS-2401</span>')
    t.notMatch(page.body, '127.0.0.1')
    t.notMatch(page.body, 'lightMyRequest')
    const [one] = grantsOn(page)
    const person = idOf(ender)
    const answer = await at.post('/account/people/disconnect', { person, grant: String(one) })
    t.match(
      [answer.statusCode, answer.headers.location],
      [303, `http://localhost:3000/account/people?person=${person}`],
    )
    const after = await at.browser.get(`/account/people?person=${person}`)
    t.match(after.body, 'The app is disconnected.')
    t.equal(grantsOn(after).length, 1)
    await at.post('/account/people/disconnect', { person, grant: 'all' })
    t.same(await door.store.grantsOf({ personId: person }), [])
    t.equal((await door.store.grantsOf({ personId: idOf(bean) })).length, 2, 'nobody else’s')
    const line = door.logs.find((each) => each.includes('an instructor disconnected it'))
    t.match(line, `"by":"${idOf(graff)}"`)
  },
)

t.test('grants by client, page by page', async (t) => {
  const door = await openDoor(t, { GRANTS_PER_CLIENT: '1000' })
  const client = await door.register({ client_name: 'Claude' })
  const other = await door.register({ client_name: 'Cursor' })
  door.upstream.identity = ender
  await door.connect(other)
  for (let each = 0; each < 22; each++) {
    door.clock.now += 1
    door.upstream.identity = each % 2 ? ender : bean
    await door.connect(client)
  }
  const at = await signIn(door, graff)
  const address = `/account/people?${new URLSearchParams({ client: client.client_id })}`
  const first = await at.browser.get(address)
  t.equal(grantsOn(first).length, 20)
  const next = /rel="next" href="([^"]+)"/.exec(first.body)?.[1] ?? ''
  const second = await at.browser.get(next.replaceAll('&amp;', '&'))
  t.equal(grantsOn(second).length, 2)
  await at.post('/account/people/disconnect', { client: client.client_id, grant: 'all' })
  t.same(await door.store.grantsOf({ client_id: client.client_id }), [])
  t.equal((await door.store.grantsOf({ client_id: other.client_id })).length, 1)
})

t.test(
  'a grant is ended only among those of the person or client that the form names',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    door.upstream.identity = ender
    await door.connect(client)
    const [grant] = await door.store.grantsOf({ client_id: client.client_id })
    const at = await signIn(door, graff)
    await at.post('/account/people/disconnect', { person: idOf(bean), grant: String(grant) })
    t.equal(await door.store.isAlive(String(grant)), true)
    for (const form of [{}, { person: 'x' }, { client: '' }, { client: 'x'.repeat(2049) }]) {
      const answer = await at.post('/account/people/disconnect', { ...form, grant: 'all' })
      t.equal(answer.statusCode, 400, JSON.stringify(form))
    }
    t.equal(await door.store.isAlive(String(grant)), true)
  },
)

t.test('of a client that everybody uses no more is read than is ended', async (t) => {
  // One store and no replica, so that each read is seen.
  const door = await openDoor(t, {}, { openStore: createMemoryStore })
  const client = await door.register()
  door.upstream.identity = ender
  await door.connect(client)
  await door.connect(client)
  const at = await signIn(door, graff)
  const { client_id } = client
  const [grant = '', other = ''] = await door.store.grantsOf({ client_id })
  const { grantsOf } = door.store
  const reads: unknown[] = []
  door.store.grantsOf = async (...asked) => {
    reads.push(asked)
    return grantsOf.apply(door.store, asked)
  }
  await at.post('/account/people/disconnect', { client: client_id, grant })
  t.same(reads, [], 'for one, that one')
  t.same(await grantsOf.call(door.store, { client_id }), [other])
  await at.post('/account/people/disconnect', { client: client_id, grant: 'all' })
  t.same(reads, [[{ client_id }, 1000]])
  t.same(await grantsOf.call(door.store, { client_id }), [])
})

t.test('what is looked for is bounded, and never markup', async (t) => {
  const door = await openDoor(t)
  const at = await signIn(door, graff)
  for (const name of ['student', 'person', 'client', 'after', 'page']) {
    for (const value of [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      '__proto__',
      'x'.repeat(3000),
    ]) {
      const page = await at.browser.get(`/account/people?${new URLSearchParams({ [name]: value })}`)
      t.equal(page.statusCode, 200, `${name}=${value.slice(0, 30)}`)
      t.notMatch(page.body, /<script|<img src=x/)
      t.notMatch(page.body, 'x'.repeat(3000))
    }
  }
  t.match(
    (await at.browser.get('/account/people?student=BS-9999')).body,
    'Nobody with that student number',
  )
})

t.test(
  'who waits is approved as a new cadet, or as the student that is named, or refused',
  async (t) => {
    const door = await openDoor(t, APPROVAL)
    const at = await signIn(door, graff)
    const list = () => at.browser.get('/account/people')
    t.match((await list()).body, 'Nobody is waiting.')
    const petra = await waits(door, 'petra <b>')
    const alai = await waits(door, 'alai')
    const both = await list()
    t.match(both.body, '<bdi>petra &lt;b&gt;</bdi>')
    t.match(both.body, '<bdi>alai</bdi>')
    t.notMatch(both.body, '>default<', 'of the only provider nothing is said')
    const decide = (personId: string, decision: string, more = {}) =>
      at.post('/account/people/decision', { person: personId, decision, ...more })

    for (const student of ['BS-9999', '<x>', '../x']) {
      await decide(petra, 'approve', { student })
      t.match((await list()).body, 'No student has that number', student)
    }
    t.equal((await decide(petra, 'maybe')).statusCode, 400)
    t.equal((await decide('x', 'approve')).statusCode, 400)
    const answer = await decide(petra, 'approve')
    t.match(
      [answer.statusCode, answer.headers.location],
      [303, 'http://localhost:3000/account/people'],
    )
    t.match((await list()).body, 'Approved.')
    await decide(petra, 'approve')
    t.match((await list()).body, 'is not waiting any more', 'once')

    await decide(alai, 'refuse')
    t.match((await list()).body, 'Refused.')
    t.match((await list()).body, 'Nobody is waiting.')

    const welcome = await signIn(door, person('petra <b>', undefined, []))
    t.match((await welcome.page()).body, 'Signed in as')
    door.upstream.identity = person('alai', undefined, [])
    const turned = door.browser()
    t.equal((await turned.comeBack(await beginSignIn(turned))).statusCode, 403)
  },
)

t.test('of two who wait under one name it is said who is who', async (t) => {
  const door = await openDoor(t, APPROVAL)
  const long = 'f:7d1f0c2e-5a6b-4c1d-9e8f-001122334455:petra"'
  const email = 'petra@school.example'
  for (const [sub, claims] of [
    ['petra-1', { email, email_verified: true }],
    [long, { email, email_verified: 'true' }],
  ] as const) {
    const petra = person('petra', undefined, [])
    door.upstream.identity = { ...petra, sub, claims: { ...petra.claims, sub, ...claims } }
    const browser = door.browser()
    await browser.comeBack(await beginSignIn(browser))
  }
  const at = await signIn(door, graff)
  const { body } = await at.browser.get('/account/people')
  const rows = [...body.matchAll(/<th scope="row".*?<\/th>/gs)].map(([row]) => row)
  t.equal(rows.length, 2)
  const [one = '', two = ''] = rows.sort((row) => (row.includes('petra-1') ? -1 : 1))
  t.match(one, '<bdi>petra@school.example</bdi> (e-mail verified)')
  t.match(one, ': <code>petra-1</code>')
  t.match(two, 'e-mail not verified')
  t.notMatch(two, email, 'what nobody checked is no help')
  t.match(two, `<code>${long.replace('"', '&quot;')}</code>`)
  const korean = await at.browser.get('/account/people?ui_locales=ko')
  t.match(korean.body, '(확인된 이메일)')
})

t.test('attack: no two subjects look as one, alike as they are', async (t) => {
  const door = await openDoor(t, APPROVAL)
  const directory = 'f:7d1f0c2e-5a6b-4c1d-9e8f-001122334455'
  const subs = ['peter.wiggin', 'ender.wiggin', 'ender.wiggin\u200b', 'ender.\u202ewiggin'].map(
    (name) => `${directory}:${name}`,
  )
  for (const sub of subs) {
    const ender = person('ender', undefined, [])
    door.upstream.identity = { ...ender, sub, claims: { ...ender.claims, sub } }
    const browser = door.browser()
    await browser.comeBack(await beginSignIn(browser))
  }
  const at = await signIn(door, graff)
  const { body } = await at.browser.get('/account/people')
  const shown = [...body.matchAll(/<code>(f:.*?)<\/code>/g)].map(([, sub]) => sub)
  t.same(shown.sort(), [
    `${directory}:ender.\\u{202e}wiggin`,
    `${directory}:ender.wiggin`,
    `${directory}:ender.wiggin\\u{200b}`,
    `${directory}:peter.wiggin`,
  ])
})

t.test('a table has its headings, each button the name of whom it is about', async (t) => {
  const door = await openDoor(t, APPROVAL)
  await waits(door, 'petra')
  const at = await signIn(door, graff)
  const { body } = await at.browser.get('/account/people')
  t.match(body, /<th scope="col"[^>]*>Person</)
  t.match(body, /<th scope="row"[^>]*id="waiting-1"/)
  t.match(body, 'aria-labelledby="approve-1 waiting-1"')
  t.match(body, '<label for="student-1">')
  const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  t.equal(new Set(ids).size, ids.length)
  for (const [, names = ''] of body.matchAll(/aria-labelledby="([^"]+)"/g)) {
    for (const name of names.split(' ')) t.ok(ids.includes(name), name)
  }
})
