import t from 'tap'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { lifetimes } from '../../src/store/records.ts'
import type { Store } from '../../src/store/store.ts'
import { createDirectory } from '../../src/students/directory.ts'
import { createHistory } from '../../src/students/history.ts'
import { createPolicy } from '../../src/students/policy.ts'
import { readRules } from '../../src/students/rule-settings.ts'
import { MAX_WAITING } from '../../src/students/waiting-list.ts'
import type { StoreSettings } from '../store/store-promises.ts'
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
