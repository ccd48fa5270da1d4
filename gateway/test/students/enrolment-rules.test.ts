import t from 'tap'
import { claimAt, decide } from '../../src/students/enrolment-rules.ts'

const settings = {
  STUDENT_ID_CLAIM: 'student_id',
  STUDENT_ROLE: 'student',
  INSTRUCTOR_ROLE: 'instructor',
  ROLES_CLAIM: 'realm_access.roles',
}
const claims = (student_id: unknown, roles: unknown) => ({ student_id, realm_access: { roles } })

t.test('a student needs the role and the id', async (t) => {
  t.same(decide(claims('BS-1', ['student']), settings), {
    outcome: 'enrolled',
    rule: 'student_claim',
    studentId: 'BS-1',
    roles: ['student'],
  })
  t.match(decide(claims('BS-1', []), settings), { outcome: 'refused', reason: 'no_role' })
  t.match(decide(claims('BS-1', ['other']), settings), { reason: 'no_role' })
  t.match(decide(claims(undefined, ['student']), settings), { reason: 'no_student' })
})

t.test(
  'an instructor needs the role, not a record; a record counts only with the student role',
  async (t) => {
    t.same(decide(claims(undefined, ['instructor']), settings), {
      outcome: 'enrolled',
      rule: 'instructor_role',
      roles: ['instructor'],
    })
    t.notOk('studentId' in decide(claims('BS-1', ['instructor']), settings))
    t.match(decide(claims('BS-1', ['student', 'instructor']), settings), {
      studentId: 'BS-1',
      roles: ['student', 'instructor'],
    })
  },
)

t.test('an id of any other form is nobody’s', async (t) => {
  for (const id of [
    '',
    ' ',
    'a b',
    '../x',
    '-x',
    'x'.repeat(65),
    42,
    true,
    {},
    [],
    ['a', 'b'],
    null,
  ]) {
    t.match(decide(claims(id, ['student']), settings), { reason: 'no_student' }, String(id))
  }
  t.match(decide(claims(' BS-1 ', ['student']), settings), { studentId: 'BS-1' })
  t.match(decide(claims(['BS-1'], ['student']), settings), { studentId: 'BS-1' })
})

t.test('roles are a list or one name, never a string to search in', async (t) => {
  t.match(decide(claims('BS-1', 'student'), settings), { outcome: 'enrolled' })
  for (const roles of ['students', 'not a student', { student: true }, 5, null, [['student']]]) {
    t.match(decide(claims('BS-1', roles), settings), { reason: 'no_role' }, JSON.stringify(roles))
  }
})

t.test('a claim by its path: the whole name first, own properties only', async (t) => {
  t.equal(claimAt({ a: { b: 1 } }, 'a.b'), 1)
  t.equal(claimAt({ 'https://school.example/roles': 2 }, 'https://school.example/roles'), 2)
  for (const path of ['__proto__', 'constructor.name', 'a.__proto__.x', 'a.b.c', 'x']) {
    t.equal(claimAt({ a: { b: 1 } }, path), undefined, path)
  }
})

t.test('a refusal tells the operator what was missing', async (t) => {
  for (const [roles, detail] of [
    [undefined, /realm_access\.roles is absent/],
    [{ student: true }, /not a list of names/],
    [[], /a list without names/],
    [['janitor'], /holds neither role/],
  ] as const) {
    t.match(decide(claims('BS-1', roles), settings), { reason: 'no_role', detail })
  }
  t.match(decide(claims('../x', ['student']), settings), {
    reason: 'no_student',
    detail: /student_id is absent or malformed/,
  })
})
