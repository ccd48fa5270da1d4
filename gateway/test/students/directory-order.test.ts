/** What the directory promises when logins interleave at any step, and when the process dies at any step. */
import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { mintToken, newGrantId } from '../../src/oauth/token-value.ts'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { createDirectory, personIdOf } from '../../src/students/directory.ts'
import { policyOf } from '../../src/students/policy.ts'
import { ISSUER, person } from '../support/stub-upstream.ts'

const config = readConfig({
  SECRET_KEY: 'a secret key of the tests that is long enough',
  OIDC_ISSUER: ISSUER,
  OIDC_CLIENT_SECRET: 'upstream secret',
})
const policy = policyOf(config)
const now = () => 1_800_000_000_000
const newStore = () => createMemoryStore({ now, lifetimes: lifetimes(config) })
const directoryOn = (store: Store) => createDirectory({ policy, store, now, audit() {} })
const idOf = (name: string) => personIdOf(ISSUER, `sub-${name}`)

/** Every verb waits for its turn first. */
function withTurns(store: Store, turn: () => Promise<void>): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...given: unknown[]) => {
        await turn()
        return member.apply(target, given)
      }
    },
  })
}

/** Lets one waiting step go at a time, by a seeded draw, until nobody waits. */
function interleave(seed: number) {
  const waiting: (() => void)[] = []
  let state = seed
  const draw = (below: number) => {
    // Numerical Recipes' generator: the same order at every run.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return {
    turn: () => new Promise<void>((resolve) => waiting.push(resolve)),
    async run<T>(work: Promise<T>[]): Promise<T[]> {
      let done = false
      const all = Promise.all(work).finally(() => {
        done = true
      })
      while (!done) {
        waiting.splice(draw(waiting.length), 1)[0]?.()
        await new Promise(setImmediate)
      }
      return all
    },
  }
}

async function openGrant(store: Store, name: string, studentId: string | undefined) {
  const id = newGrantId()
  const code = mintToken('code', id)
  await store.open(
    {
      version: 1,
      id,
      iss: ISSUER,
      sub: `sub-${name}`,
      rule: 'student_claim',
      personId: idOf(name),
      ...(studentId === undefined ? {} : { studentId }),
      roles: ['student'],
      client_id: 'client',
      redirect_uri: 'https://claude.ai/api/mcp/auth_callback',
      code_challenge: 'challenge',
      resource: 'http://localhost:3000/mcp',
      scopeConsented: [],
      scopeGranted: [],
      createdAt: now(),
    },
    { lastUsedAt: now(), address: '127.0.0.1' },
    { hash: code.reference.hash, expiresAt: now() + 60_000 },
  )
  return id
}

/** Which of these people the records say is which student. */
async function students(store: Store, names: string[]) {
  const known: Record<string, string> = {}
  for (const name of names) {
    const record = await store.get('person', idOf(name))
    if (record?.roles.includes('student') && record.studentId) known[name] = record.studentId
  }
  return known
}

t.test('however the logins of three people interleave, a student is one person', async (t) => {
  const names = ['one', 'two', 'three']
  for (let seed = 1; seed <= 200; seed++) {
    const store = newStore()
    const { turn, run } = interleave(seed)
    const directory = directoryOn(withTurns(store, turn))
    const logins = [
      person('one', 'BS-1', ['student']),
      person('one', 'BS-2', ['student']),
      person('one', undefined, []),
      person('two', 'BS-1', ['student']),
      person('two', 'BS-2', ['student']),
      person('three', 'BS-2', ['student']),
    ]
    await directoryOn(store).enrol(person('one', 'BS-1', ['student']))
    const answers = await run(logins.map((identity) => directory.enrol(identity)))
    const known = await students(store, names)
    const ids = Object.values(known)
    if (new Set(ids).size < ids.length) t.fail(`seed ${seed}: ${JSON.stringify(known)}`)
    // Each link is held by whom the record names: nobody else can become that student.
    for (const [name, studentId] of Object.entries(known)) {
      const thief = await directoryOn(store).enrol(person('thief', studentId, ['student']))
      t.match(thief, { reason: 'already_linked' }, `seed ${seed}: ${name} is ${studentId}`)
    }
    t.equal(answers.length, logins.length)
  }
})

t.test('of two people who race for one student, one is enrolled', async (t) => {
  for (let seed = 1; seed <= 50; seed++) {
    const store = newStore()
    const { turn, run } = interleave(seed)
    const directory = directoryOn(withTurns(store, turn))
    const answers = await run(
      ['one', 'two'].map((name) => directory.enrol(person(name, 'BS-1', ['student']))),
    )
    t.same(answers.map(({ outcome }) => outcome).sort(), ['enrolled', 'refused'], `seed ${seed}`)
  }
})

t.test('two logins of one person at once are one person, and end nothing', async (t) => {
  for (let seed = 1; seed <= 50; seed++) {
    const store = newStore()
    const ender = person('ender', 'BS-2401', ['student'])
    await directoryOn(store).enrol(ender)
    const grant = await openGrant(store, 'ender', 'BS-2401')
    const { turn, run } = interleave(seed)
    const directory = directoryOn(withTurns(store, turn))
    const answers = await run([directory.enrol(ender), directory.enrol(ender)])
    t.match(answers, [{ outcome: 'enrolled' }, { outcome: 'enrolled' }])
    t.ok(await store.isAlive(grant))
  }
})

t.test(
  'a grant that was opened while the student changed does not outlive the change',
  async (t) => {
    const store = newStore()
    await directoryOn(store).enrol(person('ender', 'BS-2401', ['student']))
    const late: string[] = []
    let verbs = 0
    // Another login of the same person, enrolled a moment ago, opens its grant before each verb of this one.
    const crowded = withTurns(store, async () => {
      const record = await store.get('person', idOf('ender'))
      if (verbs++ < 20 && record?.studentId === 'BS-2401') {
        late.push(await openGrant(store, 'ender', 'BS-2401'))
      }
    })
    await directoryOn(crowded).enrol(person('ender', 'BS-9', ['student']))
    t.ok(late.length > 2)
    for (const grant of late) t.notOk(await store.isAlive(grant))
  },
)

for (const [title, next] of Object.entries({
  'another student': person('ender', 'BS-9', ['student']),
  'no student': person('ender', undefined, ['student']),
  'an instructor only': person('ender', undefined, ['instructor']),
})) {
  t.test(
    `${title} now, and the process dies at any step: the next login completes it`,
    async (t) => {
      let finished = false
      for (let steps = 0; !finished; steps++) {
        const store = newStore()
        await directoryOn(store).enrol(person('ender', 'BS-2401', ['student']))
        const grants = [
          await openGrant(store, 'ender', 'BS-2401'),
          await openGrant(store, 'ender', 'BS-2401'),
        ]
        let left = steps
        const dying = withTurns(store, async () => {
          if (left-- <= 0) throw new Error('the process died')
        })
        finished = await directoryOn(dying)
          .enrol(next)
          .then(
            () => true,
            () => false,
          )
        const alive = await store.grantsOf({ personId: idOf('ender') })
        const heir = await directoryOn(store).enrol(person('heir', 'BS-2401', ['student']))
        if (heir.outcome === 'enrolled') {
          t.same(alive, [], `step ${steps}: who inherits a student shares it with nobody`)
        }
        await directoryOn(store).enrol(next)
        for (const grant of grants) t.notOk(await store.isAlive(grant), `step ${steps}`)
        const again = await directoryOn(store).enrol(person('heir', 'BS-2401', ['student']))
        t.equal(again.outcome, 'enrolled', `step ${steps}: the old student is free`)
      }
    },
  )
}

t.test(
  'who was refused has no roles for a refresh, and stays who they were when they return',
  async (t) => {
    const store = newStore()
    const directory = directoryOn(store)
    const ender = person('ender', 'BS-2401', ['student'])
    t.equal(await directory.standing(idOf('ender')), undefined)
    await directory.enrol(ender)
    t.match(await directory.standing(idOf('ender')), { studentId: 'BS-2401', roles: ['student'] })
    const { firstSeenAt } = (await store.get('person', idOf('ender'))) ?? {}
    await directory.enrol(person('ender', 'BS-2401', []))
    t.equal(await directory.standing(idOf('ender')), undefined)
    await directory.enrol(ender)
    t.match(await directory.standing(idOf('ender')), { studentId: 'BS-2401', roles: ['student'] })
    t.match(await store.get('person', idOf('ender')), { firstSeenAt, studentId: 'BS-2401' })
  },
)

t.test('a stranger who is refused leaves no trace', async (t) => {
  const store = newStore()
  const answer = await directoryOn(store).enrol(person('valentine', undefined, []))
  t.match(answer, { outcome: 'refused', reason: 'no_role' })
  t.equal(await store.get('person', idOf('valentine')), undefined)
})
