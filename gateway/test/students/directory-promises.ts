/** What the directory promises on every store: links, new cadets, people who wait, and what operators do to them. */
import type { Test } from 'tap'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createDirectory, personIdOf } from '../../src/students/directory.ts'
import { createPolicy, type Policy } from '../../src/students/policy.ts'
import { readRules } from '../../src/students/rule-settings.ts'
import type { Identity } from '../../src/upstream/upstream.ts'
import type { OpenStore } from '../store/store-promises.ts'
import { anyToken, livingGrant } from '../support/living-grant.ts'

const START = Date.parse('2026-11-29T12:00:00Z')
const DAY = 86_400_000

export function directoryPromises(t: Test, open: OpenStore): void {
  const begin = (t: Test, unknownPeople: Policy['unknownPeople'] = 'refuse') => {
    // Each test has people and issuers of its own: a store may be shared.
    const mark = anyToken()
    const one = `https://one-${mark}.example`
    const two = `https://two-${mark}.example`
    const clock = { now: START }
    const settings = {
      now: () => clock.now,
      lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 30 * 86_400 }),
    }
    const claims = { studentId: 'student_id', roles: 'groups' }
    const rules = [
      { by: 'group', groups: ['banned'], outcome: 'refused' },
      { by: 'link', groups: ['staff'], outcome: 'both' },
      { by: 'link', outcome: 'student' },
      { by: 'email', provider: one, domains: ['school.example'], outcome: 'student' },
      { by: 'email', provider: two, domains: ['school.example'], outcome: 'student' },
    ]
    const policy = createPolicy(
      {
        ENROLMENT_RULES: readRules(JSON.stringify(rules)),
        UNKNOWN_PEOPLE: unknownPeople,
        CADET_ID_FORM: `T-${mark}-######`,
        STUDENT_ROLE: 'student',
        INSTRUCTOR_ROLE: 'instructor',
      },
      [
        { id: 'one', issuer: one, claims },
        { id: 'two', issuer: two, claims },
      ],
    )
    const replica = () => {
      const store = open(settings)
      t.teardown(() => store.close())
      const audited: string[] = []
      const audit = (event: string) => void audited.push(event)
      const { now } = settings
      return { store, audited, directory: createDirectory({ policy, store, audit, now }) }
    }
    const login = (name: string, more: Record<string, unknown> = {}, iss = one): Identity => ({
      iss,
      sub: `${name}-${mark}`,
      claims: { name, groups: [], ...more },
      idToken: 'x',
    })
    const mail = (name: string) => ({
      email: `${name}-${mark}@school.example`,
      email_verified: true,
    })
    return {
      ...replica(),
      replica,
      login,
      mail,
      clock,
      one,
      two,
      id: (name: string) => `${name}-${mark}`,
    }
  }
  const personOf = ({ iss, sub }: Identity) => personIdOf(iss, sub)

  t.test('by e-mail a link is made once, and decides from then on', async (t) => {
    const { directory, login, mail, id } = begin(t)
    const { email } = mail('petra')
    await directory.entries.write({ studentId: id('BS-1'), status: 'active', email }, 'command: t')
    const petra = login('petra', mail('petra'))
    t.match(await directory.enrol(petra), {
      person: { studentId: id('BS-1'), roles: ['student'], rule: 'rule_4_by_email' },
    })
    const later = login('petra', { email: 'other@school.example', email_verified: 'true' })
    t.match(await directory.enrol(later), {
      person: { studentId: id('BS-1'), rule: 'rule_3_by_link' },
    })
    const { steps } = await directory.history.page()
    t.match(
      steps.find(({ action, personId }) => action === 'linked' && personId === personOf(petra)),
      { by: 'rule: rule_4_by_email', studentId: id('BS-1') },
    )
  })

  t.test(
    'two people with one verified e-mail race at two providers: one is the student',
    async (t) => {
      for (let round = 0; round < 5; round++) {
        const { directory, replica, login, mail, id, two } = begin(t)
        const { email } = mail('petra')
        await directory.entries.write({ studentId: id('BS-1'), status: 'active', email }, 'c')
        const other = replica().directory
        const answers = await Promise.all([
          directory.enrol(login('petra', mail('petra'))),
          other.enrol(login('petra', mail('petra'), two)),
          directory.enrol(login('thief', mail('petra'))),
        ])
        const enrolled = answers.filter(({ outcome }) => outcome === 'enrolled')
        t.equal(enrolled.length, 1, JSON.stringify(answers))
        t.equal((await directory.registrar.assigned(id('BS-1'))).length, 1)
      }
    },
  )

  t.test('new cadets: two first logins get two ids, two logins of one person one', async (t) => {
    const { directory, replica, login, id } = begin(t, 'enrol')
    const other = replica().directory
    const answers = await Promise.all([
      directory.enrol(login('a')),
      other.enrol(login('b')),
      directory.enrol(login('c')),
      other.enrol(login('c')),
      directory.enrol(login('c')),
    ])
    const ids = answers.map((answer) =>
      answer.outcome === 'enrolled' ? answer.person.studentId : undefined,
    )
    t.equal(new Set(ids).size, 3)
    t.equal(new Set(ids.slice(2)).size, 1)
    for (const studentId of ids) t.match(studentId, new RegExp(`^T-${id('').slice(1)}-[0-9]{6}$`))
    t.match(await directory.enrol(login('a')), {
      person: { studentId: ids[0], rule: 'rule_3_by_link' },
    })
    t.match(await directory.entries.get(ids[0] ?? ''), { name: 'a', status: 'active' })
  })

  t.test(
    'who is refused for a while keeps the link: nobody else becomes that student',
    async (t) => {
      const { directory, login, mail, id } = begin(t)
      const { email } = mail('petra')
      await directory.entries.write({ studentId: id('BS-1'), status: 'active', email }, 'c')
      await directory.enrol(login('petra', mail('petra')))
      t.match(await directory.enrol(login('petra', { groups: ['banned'] })), { reason: 'by_rule' })
      t.match(await directory.enrol(login('thief', mail('petra'))), { reason: 'unknown_person' })
      t.match(await directory.enrol(login('petra')), { person: { studentId: id('BS-1') } })
    },
  )

  t.test('roles follow the groups at each call', async (t) => {
    const { directory, login, id } = begin(t)
    await directory.entries.write({ studentId: id('BS-1'), status: 'active' }, 'c')
    await directory.registrar.link(login('graff'), id('BS-1'), 'c')
    const staff = login('graff', { groups: ['staff'] })
    t.match(await directory.enrol(staff), { person: { roles: ['student', 'instructor'] } })
    t.match(await directory.enrol(login('graff')), { person: { roles: ['student'] } })
    t.match(await directory.standing(personOf(staff)), { roles: ['student'] })
  })

  for (const [title, cut] of Object.entries({
    unlink: (registrar: Registrar, login: Identity) => registrar.unlink(login, 'c'),
    remove: (registrar: Registrar, _login: Identity, id: string) => registrar.remove(id, 'c'),
  })) {
    t.test(`${title}: the grants end at once, and a login under way ends with them`, async (t) => {
      const { directory, store, login, id } = begin(t)
      const ender = login('ender')
      await directory.entries.write({ studentId: id('BS-1'), status: 'active' }, 'c')
      t.match(await directory.registrar.link(ender, id('BS-1'), 'c'), { done: true })
      await directory.enrol(ender)
      const grant = await livingGrant(store, ender, id('BS-1'))
      t.match(await cut(directory.registrar, ender, id('BS-1')), { done: true, grants: 1 })
      t.notOk(await store.isAlive(grant))
      t.equal(await directory.standing(personOf(ender)), undefined, 'whoever opened a grant now')
      t.match(await directory.enrol(ender), { outcome: 'refused' })
    })
  }

  t.test(
    'unlink lasts: no rule by e-mail makes the link again, until it is made by hand',
    async (t) => {
      const { directory, replica, login, mail, id } = begin(t)
      const { registrar, entries } = directory
      const { email } = mail('petra')
      await entries.write({ studentId: id('BS-1'), status: 'active', email }, 'c')
      const petra = login('petra', mail('petra'))
      t.match(await directory.enrol(petra), { outcome: 'enrolled' })
      t.match(await registrar.unlink(petra, 'c'), { done: true })
      for (const at of [directory, replica().directory]) {
        t.match(await at.enrol(petra), { outcome: 'refused', reason: 'unknown_person' })
      }
      const another = login('petra-at-two', mail('petra'))
      t.match(await directory.enrol(another), { outcome: 'enrolled' }, 'another login may')
      await registrar.unlink(another, 'c')
      t.match(await registrar.link(petra, id('BS-1'), 'c'), { done: true })
      t.match(await directory.enrol(petra), { person: { studentId: id('BS-1') } })
      t.match(await directory.enrol(another), { outcome: 'refused' })
    },
  )

  t.test('unlink lasts, though a login was on its way to the rule by e-mail', async (t) => {
    const { directory, store, login, mail, id } = begin(t)
    const { registrar, entries } = directory
    const { email } = mail('petra')
    await entries.write({ studentId: id('BS-1'), status: 'active', email }, 'c')
    const petra = login('petra', mail('petra'))
    const claim = store.claim.bind(store)
    store.claim = async (kind, ...rest) => {
      if (kind === 'assignment') {
        store.claim = claim
        // Another login of hers made the link, and an operator took it away.
        await directory.enrol(petra)
        t.match(await registrar.unlink(petra, 'c'), { done: true })
      }
      return claim(kind, ...rest)
    }
    t.match(await directory.enrol(petra), { outcome: 'refused' })
    t.equal(await store.get('assignment', personOf(petra)), undefined)
    t.match(await directory.enrol(login('bean', mail('petra'))), { outcome: 'enrolled' }, 'free')
  })

  t.test(
    'a removed student stays removed for claims and links alike, and can be restored',
    async (t) => {
      const { directory, login, id } = begin(t)
      const ender = login('ender')
      await directory.entries.write({ studentId: id('BS-1'), status: 'active' }, 'c')
      await directory.registrar.link(ender, id('BS-1'), 'c')
      await directory.registrar.remove(id('BS-1'), 'c')
      t.match(await directory.enrol(ender), { outcome: 'refused', reason: 'no_student' })
      t.match(await directory.registrar.link(login('bean'), id('BS-1'), 'c'), { done: false })
      await directory.entries.write({ studentId: id('BS-1'), status: 'active' }, 'c')
      t.match(await directory.enrol(ender), { outcome: 'enrolled' })
    },
  )

  t.test('link: one person per provider and student, one student per login', async (t) => {
    const { directory, login, id, two } = begin(t)
    const { registrar, entries } = directory
    for (const name of ['BS-1', 'BS-2'])
      await entries.write({ studentId: id(name), status: 'active' }, 'c')
    const ender = login('ender')
    t.match(await registrar.link(ender, id('BS-1'), 'c'), { done: true })
    t.match(await registrar.link(ender, id('BS-1'), 'c'), { done: true }, 'again is no mistake')
    t.match(await registrar.link(ender, id('BS-2'), 'c'), { done: false, why: /unlink it first/ })
    t.match(await registrar.link(login('bean'), id('BS-1'), 'c'), {
      done: false,
      why: /another person/,
    })
    t.match(await registrar.link(login('ender', {}, two), id('BS-1'), 'c'), { done: true })
    t.match(await registrar.link(login('bean'), id('BS-9'), 'c'), {
      done: false,
      why: /no student/,
    })
    t.match(await registrar.unlink(login('bean'), 'c'), { done: false })
  })

  t.test('merge: two students become one, and a login under way is nobody meanwhile', async (t) => {
    const { directory, replica, store, login, mail, id, two } = begin(t, 'enrol')
    const { email } = mail('petra')
    const known = login('petra', {}, two)
    await directory.entries.write({ studentId: id('BS-1'), status: 'active', email }, 'c')
    await directory.registrar.link(known, id('BS-1'), 'c')
    const first = await directory.enrol(login('petra'))
    const cadet = first.outcome === 'enrolled' ? (first.person.studentId ?? '') : ''
    const grant = await livingGrant(store, login('petra'), cadet)
    const other = replica().directory
    const [merged] = await Promise.all([
      directory.registrar.merge(cadet, id('BS-1'), 'command: anderson'),
      other.enrol(login('petra')),
      other.enrol(login('petra')),
    ])
    t.match(merged, { done: true })
    t.notOk(await store.isAlive(grant))
    const standing = await directory.standing(personOf(login('petra')))
    t.not(standing?.studentId, cadet, 'no login rests on the student that is gone')
    t.match(await directory.enrol(login('petra')), { person: { studentId: id('BS-1') } })
    t.match(await directory.enrol(known), { person: { studentId: id('BS-1') } })
    t.match(await directory.entries.get(cadet), { status: 'removed', mergedInto: id('BS-1') })
    t.match(await directory.registrar.merge(cadet, id('BS-1'), 'c'), { done: true }, 'repeatable')
    const { steps } = await directory.history.page()
    t.match(
      steps.find(({ action, from }) => action === 'merged' && from === cadet),
      { by: 'command: anderson', studentId: id('BS-1') },
    )
  })

  t.test('merge: two people of one provider are not one, and nothing is changed', async (t) => {
    const { directory, login, id } = begin(t)
    for (const name of ['BS-1', 'BS-2']) {
      await directory.entries.write({ studentId: id(name), status: 'active' }, 'c')
      await directory.registrar.link(login(name), id(name), 'c')
    }
    const { registrar } = directory
    t.match(await registrar.merge(id('BS-1'), id('BS-2'), 'c'), { done: false, why: /unlink one/ })
    t.match(await registrar.merge(id('BS-1'), id('BS-1'), 'c'), { done: false })
    t.match(await registrar.merge(id('BS-1'), id('BS-7'), 'c'), { done: false })
    t.match(await directory.enrol(login('BS-1')), { person: { studentId: id('BS-1') } })
  })

  t.test(
    'approval: who waits is listed, approved as a student or as a new cadet, and then known',
    async (t) => {
      const { directory, replica, login, mail, id, audited } = begin(t, 'approval')
      const [petra, alai] = [login('petra', mail('petra')), login('alai', { email: 'a@b.example' })]
      for (const person of [petra, alai, petra])
        t.same(await directory.enrol(person), { outcome: 'waiting' })
      t.equal(audited.filter((event) => event === 'person_waiting').length, 2)
      const { people } = await replica().directory.waiting()
      const found = people.filter(({ sub }) => sub === petra.sub || sub === alai.sub)
      t.match(
        found.find(({ sub }) => sub === petra.sub),
        {
          personId: personOf(petra),
          provider: 'one',
          name: 'petra',
          email: mail('petra').email,
          emailVerified: true,
        },
      )
      t.notOk(found.find(({ sub }) => sub === alai.sub)?.email, 'an unverified address is no help')
      await directory.entries.write({ studentId: id('BS-1'), status: 'active' }, 'c')
      t.match(await directory.approve(personOf(petra), { studentId: id('BS-9'), by: 'graff' }), {
        outcome: 'unknown_student',
      })
      t.match(await directory.approve(personOf(petra), { studentId: id('BS-1'), by: 'graff' }), {
        outcome: 'approved',
        studentId: id('BS-1'),
      })
      t.match(await directory.approve(personOf(alai), { by: 'graff' }), { outcome: 'approved' })
      t.match(await directory.enrol(petra), { person: { studentId: id('BS-1') } })
      t.match(await directory.enrol(alai), { outcome: 'enrolled' })
      t.match(await directory.approve(personOf(alai), { by: 'graff' }), { outcome: 'not_waiting' })
      const { steps } = await directory.history.page()
      t.match(
        steps.find(({ action, sub }) => action === 'approved' && sub === petra.sub),
        { by: 'graff' },
      )
    },
  )

  t.test('approval: of two instructors one decides, and nobody is two students', async (t) => {
    const { directory, replica, login, id } = begin(t, 'approval')
    for (const name of ['BS-1', 'BS-2']) {
      await directory.entries.write({ studentId: id(name), status: 'active' }, 'c')
    }
    const petra = login('petra')
    await directory.enrol(petra)
    const other = replica().directory
    const answers = await Promise.all([
      directory.approve(personOf(petra), { studentId: id('BS-1'), by: 'graff' }),
      other.approve(personOf(petra), { studentId: id('BS-2'), by: 'anderson' }),
      directory.approve(personOf(petra), { by: 'dap' }),
    ])
    t.equal(answers.filter(({ outcome }) => outcome === 'approved').length, 1)
    const links = await Promise.all(
      ['BS-1', 'BS-2'].map((name) => directory.registrar.ownersOf(id(name))),
    )
    const enrolled = await directory.enrol(petra)
    const studentId = enrolled.outcome === 'enrolled' ? enrolled.person.studentId : undefined
    for (const [at, owners] of links.entries()) {
      t.equal(owners.length, studentId === id(`BS-${at + 1}`) ? 1 : 0)
    }
  })

  t.test('approval: who was turned away cannot ask again while that is remembered', async (t) => {
    const { directory, login } = begin(t, 'approval')
    const petra = login('petra')
    t.equal(await directory.refuse(personOf(petra), { by: 'graff' }), false)
    await directory.enrol(petra)
    t.equal(await directory.refuse(personOf(petra), { by: 'graff' }), true)
    t.same(await directory.enrol(petra), { outcome: 'refused', reason: 'turned_away' })
    t.match(await directory.approve(personOf(petra), { by: 'graff' }), { outcome: 'not_waiting' })
    const { people } = await directory.waiting()
    t.notOk(people.find(({ sub }) => sub === petra.sub))
  })

  t.test('approval: waiting is over after two weeks', async (t) => {
    const { directory, login, clock } = begin(t, 'approval')
    await directory.enrol(login('petra'))
    clock.now += 14 * DAY
    t.notOk((await directory.waiting()).people.find(({ sub }) => sub === login('petra').sub))
    t.match(await directory.approve(personOf(login('petra')), { by: 'graff' }), {
      outcome: 'not_waiting',
    })
  })
}

type Registrar = ReturnType<typeof createDirectory>['registrar']
