import t from 'tap'
import { armyRecord, membersOf } from '../../src/school/army.ts'
import { battleSchool } from '../../src/school/battle-school.ts'
import { nameKey } from '../../src/school/name.ts'
import { studentRecord } from '../../src/school/student.ts'

const { students, armies } = battleSchool

t.test('every record fits its schema', async (t) => {
  for (const student of students) t.strictSame(studentRecord.parse(student), student)
  for (const army of armies) t.strictSame(armyRecord.parse(army), army)
})

t.test('ids and names are unique', async (t) => {
  t.equal(new Set(students.map((student) => student.id)).size, students.length)
  t.equal(new Set(students.map((student) => nameKey(student.name))).size, students.length)
  t.equal(new Set(armies.map((army) => nameKey(army.name))).size, armies.length)
})

t.test('each student is in exactly one army', async (t) => {
  const assigned = armies.flatMap(membersOf).sort()
  t.strictSame(assigned, students.map((student) => student.id).sort())
})
