/** What every store of the school promises: one suite, run over memory, Redis and a Redis Cluster. */
import type { Test } from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import type { Roster, SchoolStore } from '../../src/school/school-store.ts'
import { keepsItsPromisesOfBattles } from './battle-promises.ts'

/** @param open a store that nobody used before, holding this roster; closed by its opener */
export async function keepsItsPromises(
  t: Test,
  open: (t: Test, roster: Roster) => Promise<SchoolStore>,
): Promise<void> {
  await t.test('a student is found by id; order is kept, unknown ids are left out', async (t) => {
    const store = await open(t, battleSchool)
    const found = await store.students(['BS-2507', 'BS-0000', 'BS-2401'])
    t.strictSame(
      found.map((student) => student.name),
      ['Bean', 'Ender Wiggin'],
    )
    t.strictSame(found[1], battleSchool.students[0], 'the whole record')
    t.strictSame(await store.students([]), [])
  })

  await t.test('a student is found by name in any case and spacing', async (t) => {
    const store = await open(t, battleSchool)
    t.match(await store.studentNamed('  rose THE  nose'), { id: 'BS-2156' })
    t.equal(await store.studentNamed('Rose'), undefined)
    t.equal(await store.studentNamed('__proto__'), undefined)
  })

  await t.test('an army is found by name, by its commander and by each soldier', async (t) => {
    const store = await open(t, battleSchool)
    const [dragon] = battleSchool.armies
    t.strictSame(await store.armyNamed('DRAGON army '), dragon)
    for (const id of ['BS-2401', 'BS-2507', 'BS-2612', 'BS-2345']) {
      t.strictSame(await store.armyOf(id), dragon, id)
    }
    t.equal(await store.armyNamed('Rat Army'), undefined)
    t.equal(await store.armyOf('BS-0000'), undefined)
  })

  await t.test('all names are listed as they are written', async (t) => {
    const store = await open(t, battleSchool)
    const students = battleSchool.students.map((student) => student.name)
    t.strictSame((await store.studentNames()).sort(), students.sort())
    const ids = battleSchool.students.map((student) => student.id)
    t.strictSame((await store.studentIds()).sort(), ids.sort())
    t.strictSame((await store.armyNames()).sort(), [
      'Dragon Army',
      'Phoenix Army',
      'Salamander Army',
    ])
  })

  await t.test('an empty school answers too', async (t) => {
    const store = await open(t, { students: [], armies: [] })
    t.strictSame(await store.studentNames(), [])
    t.strictSame(await store.armyNames(), [])
    t.equal(await store.studentNamed('Bean'), undefined)
    t.equal(await store.armyOf('BS-2401'), undefined)
  })

  await t.test('what is changed in an answer is not changed in the store', async (t) => {
    const store = await open(t, structuredClone(battleSchool))
    const [student] = await store.students(['BS-2507'])
    if (student) student.age = 99
    t.match(await store.students(['BS-2507']), [{ age: 8 }])
  })

  await t.test('it says that it answers', async (t) => {
    const store = await open(t, battleSchool)
    await t.resolves(store.ping())
  })

  await keepsItsPromisesOfBattles(t, open)
}
