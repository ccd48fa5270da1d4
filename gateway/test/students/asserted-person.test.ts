/** Who the person of an assertion is, beside who they were at their logins. */
import t, { type Test } from 'tap'
import { personIdOf } from '../../src/students/directory.ts'
import { authorizationUrl, refreshment } from '../support/door.ts'
import { DESK, openManagedDoor } from '../support/managed-door.ts'

const SILENT = { student_id: undefined, realm_access: undefined }
const SECOND = 1_000

/** Ender has logged in by his browser a minute ago. */
async function withLogin(t: Test, claims: Record<string, unknown> = {}) {
  const managed = await openManagedDoor(t)
  const { upstream, clock } = managed.door
  upstream.identity.claims = { ...upstream.identity.claims, ...claims }
  const tokens = await managed.door.connect(DESK)
  clock.now += 60 * SECOND
  const refreshes = async () =>
    (await managed.door.post('/token', refreshment(DESK, tokens.refresh_token))).statusCode
  return { ...managed, refreshes }
}

const REFUSED = { error: 'invalid_grant', error_description: /not enrolled/ }

t.test('an assertion that says nothing of the school: a stranger is refused', async (t) => {
  const { door, redeem } = await openManagedDoor(t)
  const answer = await redeem(SILENT)
  t.match([answer.statusCode, answer.json()], [400, REFUSED])
  t.match(door.logs.join(''), /"audit":"assertion_refused".*not enrolled: no_role/)
})

t.test('and whoever logged in before is who they were, and keeps what they have', async (t) => {
  const managed = await withLogin(t)
  const answer = await managed.redeem(SILENT)
  t.equal(answer.statusCode, 200)
  t.match(managed.door.logs.join(''), /"audit":"assertion_redeemed".*"rule":"student_claim"/)
  t.equal(await managed.refreshes(), 200)
})

t.test(
  'attack: a role of a login that nobody asked about since LOGIN_MAX_AGE is none',
  async (t) => {
    const { door, redeem } = await withLogin(t)
    door.clock.now += 29 * 86_400 * SECOND
    t.equal((await redeem(SILENT)).statusCode, 200)
    door.clock.now += 86_400 * SECOND
    t.match((await redeem(SILENT)).json(), REFUSED)
    t.equal((await redeem()).statusCode, 200, 'one that says all needs no login')
    t.equal((await redeem(SILENT)).statusCode, 200, 'and counts as one')
  },
)

t.test('the same subject of another issuer is somebody else', async (t) => {
  const { door, redeem } = await openManagedDoor(t)
  door.upstream.identity = { ...door.upstream.identity, iss: 'https://another.example' }
  Object.assign(door.upstream, { issuer: 'https://another.example' })
  await door.connect(DESK)
  t.match((await redeem(SILENT)).json(), REFUSED)
})

t.test('what it says takes away, and never gives, where it says half', async (t) => {
  const { redeem, refreshes } = await withLogin(t)
  for (const [what, claims, status] of [
    ['the role alone', { student_id: undefined }, 200],
    ['the student alone', { realm_access: undefined }, 200],
    ['another student alone', { ...SILENT, student_id: 'BS-2507' }, 400],
    ['another student in a list', { ...SILENT, student_id: ['BS-2507'] }, 400],
  ] as const) {
    t.equal((await redeem(claims)).statusCode, status, what)
  }
  t.equal(await refreshes(), 200, 'and changes nothing of the person')
})

t.test(
  'one that says all decides as a login does: a role that is gone ends the grants',
  async (t) => {
    const { door, redeem, refreshes } = await withLogin(t)
    t.match((await redeem({ realm_access: { roles: [] } })).json(), REFUSED)
    t.equal(await refreshes(), 400)
    t.match(door.logs.join(''), /"audit":"student_changed"/)
  },
)

t.test('two people, one student: the second is refused', async (t) => {
  const { door, redeem } = await withLogin(t)
  t.match((await redeem({ sub: 'sub-of-a-thief' })).json(), REFUSED)
  t.match(door.logs.join(''), /"audit":"student_conflict"/)
})

t.test('attack: an assertion from before a demotion does not bring the role back', async (t) => {
  const { door, company, claims, present } = await withLogin(t, {
    realm_access: { roles: ['student', 'instructor'] },
  })
  const old = await company.sign(
    claims({ scope: undefined, realm_access: { roles: ['student', 'instructor'] } }),
  )
  door.clock.now += 30 * SECOND
  door.upstream.identity.claims = {
    ...door.upstream.identity.claims,
    realm_access: { roles: ['student'] },
  }
  await door.connect(DESK)
  const answer = await present(old)
  t.same([answer.statusCode, answer.json().scope], [200, 'school:read school:write'])
})

t.test('attack: nor one from before the person was put out of the school', async (t) => {
  const { door, company, claims, present } = await withLogin(t)
  const old = await company.sign(claims())
  door.clock.now += 30 * SECOND
  door.upstream.identity.claims = { ...door.upstream.identity.claims, realm_access: { roles: [] } }
  const browser = door.browser()
  const consent = await browser.get(authorizationUrl(DESK).url)
  const page = await browser.comeBack(await browser.submit(consent, 'allow'))
  t.equal(page.statusCode, 403)
  t.match((await present(old)).json(), REFUSED)
})

t.test('an e-mail address in an assertion is neither logged nor kept', async (t) => {
  const { door, company, redeem } = await withLogin(t)
  const email = 'ender@battle-school.example'
  t.equal((await redeem({ email, name: 'Ender Wiggin' })).statusCode, 200)
  t.notMatch(door.logs.join(''), /battle-school\.example|Ender Wiggin/)
  const person = await door.store.get('person', personIdOf(company.issuer, 'sub-ender'))
  t.match(person, { studentId: 'BS-2401' })
  t.notMatch(JSON.stringify(person), /battle-school\.example|Ender Wiggin/)
})
