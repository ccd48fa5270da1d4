import t from 'tap'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { createDirectory } from '../../src/students/directory.ts'
import { createHistory } from '../../src/students/history.ts'
import { createPolicy } from '../../src/students/policy.ts'
import { exportRoster } from '../../src/students/roster.ts'
import { readRoster, writeRoster } from '../../src/students/roster-file.ts'
import { readRules } from '../../src/students/rule-settings.ts'
import { MAX_WAITING } from '../../src/students/waiting-list.ts'
import type { StoreSettings } from '../store/store-promises.ts'
import { livingGrant } from '../support/living-grant.ts'
import { directoryPromises } from './directory-promises.ts'

// A replica of memory is the same process: settings of one test share one store.
const stores = new Map<StoreSettings, Store>()
t.test('the promises of the directory, in memory', async (t) => {
  directoryPromises(t, (settings) => {
    const store = stores.get(settings) ?? createMemoryStore(settings)
    stores.set(settings, store)
    return store
  })
})

const settings = {
  now: () => 1_800_000_000_000,
  lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 86_400 }),
}

t.test('the history is bounded: the oldest steps are forgotten first', async (t) => {
  let now = 1_800_000_000_000
  const store = createMemoryStore({ ...settings, now: () => now })
  const history = createHistory({ store, now: () => now }, 10)
  for (let at = 1; at <= 25; at++) {
    now += 1000
    await history.add({ action: 'added', by: 'a test', studentId: `BS-${at}` })
  }
  const { steps } = await history.page()
  t.same(
    steps.map(({ studentId }) => studentId),
    Array.from({ length: 10 }, (_, at) => `BS-${25 - at}`),
  )
})

t.test('strangers cannot fill the store: no more than so many wait', async (t) => {
  let now = 1_800_000_000_000
  const iss = 'https://one.example'
  const store = createMemoryStore({ ...settings, now: () => now })
  const policy = createPolicy(
    {
      ENROLMENT_RULES: readRules('[{"by":"link","outcome":"student"}]'),
      UNKNOWN_PEOPLE: 'approval',
      CADET_ID_FORM: 'T-######',
      STUDENT_ROLE: 'student',
      INSTRUCTOR_ROLE: 'instructor',
    },
    [{ id: 'one', issuer: iss, claims: { studentId: 'student_id', roles: 'groups' } }],
  )
  const directory = createDirectory({ policy, store, audit() {}, now: () => now })
  const ask = (sub: string) =>
    directory.enrol({ iss, sub, claims: { name: 'x'.repeat(5000), groups: [] } })
  for (let at = 0; at < MAX_WAITING; at++) await ask(`stranger-${at}`)
  t.same(await ask('one-more'), { outcome: 'refused', reason: 'too_many_waiting' })
  t.same(await ask('stranger-0'), { outcome: 'waiting' }, 'who waits already still does')
  t.ok((await directory.waiting()).people.every(({ name }) => name.length <= 100))
  now += 14 * 86_400_000
  t.same(await ask('one-more'), { outcome: 'waiting' })
})

const house = (setting: 'enrol' | 'refuse', rules: string, more = {}) => {
  const now = () => 1_800_000_000_000
  const store = createMemoryStore({ ...settings, now })
  const policy = createPolicy(
    {
      ENROLMENT_RULES: readRules(rules),
      UNKNOWN_PEOPLE: setting,
      CADET_ID_FORM: 'T-######',
      STUDENT_ROLE: 'student',
      INSTRUCTOR_ROLE: 'instructor',
      ...more,
    },
    [
      {
        id: 'one',
        issuer: 'https://one.example',
        claims: { studentId: 'student_id', roles: 'groups' },
      },
    ],
  )
  return { store, policy, directory: createDirectory({ policy, store, audit() {}, now }) }
}

t.test(
  'attack: a name that a stranger chose does not keep the directory’s file from being read again',
  async (t) => {
    const at = house('enrol', '[{"by":"link","outcome":"student"}]')
    const bad = ['\u202eevil', 'line\r\nline', '\u200b', `${'x'.repeat(99)}😀`, '  ', '=1+1']
    for (const [sub, name] of bad.entries()) {
      const identity = { iss: 'https://one.example', sub: String(sub), claims: { name } }
      t.match(await at.directory.enrol(identity), { outcome: 'enrolled' })
    }
    const { students, links } = await exportRoster(at)
    for (const format of ['csv', 'json'] as const) {
      const file = Buffer.from(writeRoster(students, links, format))
      t.same(readRoster(file, format).problems, [], format)
    }
  },
)

t.test(
  'who is a student by an issuer of assertions alone is cut off with that student, and has it',
  async (t) => {
    const iss = 'https://company.example'
    const at = house('refuse', '[{"by":"claim","outcome":"student"}]', { ID_JAG_ISSUERS: [iss] })
    const claimant = { iss, sub: 'sub-1', claims: { student_id: 'BS-1' } }
    t.match(await at.directory.enrol(claimant), { outcome: 'enrolled' })
    const grant = await livingGrant(at.store, claimant, 'BS-1')
    t.notOk(await at.directory.registrar.isFree('another person', 'BS-1'))
    t.same(await at.directory.registrar.remove('BS-1', 'a test'), { done: true, grants: 1 })
    t.notOk(await at.store.isAlive(grant))
  },
)
