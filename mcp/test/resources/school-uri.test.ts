import t from 'tap'
import { SchoolTemplate } from '../../src/resources/school-template.ts'
import {
  ARMY_TEMPLATE,
  armyUri,
  LONGEST_URI,
  STANDINGS,
  STUDENT_TEMPLATE,
  studentUri,
  targetOf,
} from '../../src/resources/school-uri.ts'

const armies = new SchoolTemplate(ARMY_TEMPLATE, 'army')
const students = new SchoolTemplate(STUDENT_TEMPLATE, 'student')

t.test('RFC 3986 §2.1: a name is percent-encoded, and read back as it was', async (t) => {
  t.equal(armyUri('Dragon Army'), 'school://armies/Dragon%20Army')
  for (const name of ['Dragon Army', 'a/b?c#d', '100 %', 'Größe', '{name}', 'a,b']) {
    t.strictSame(targetOf(armyUri(name)), { army: name })
    t.strictSame(targetOf(studentUri(name)), { student: name })
    t.strictSame(armies.match(armyUri(name)), { army: name })
  }
  t.strictSame(targetOf(STANDINGS), { standings: true })
})

t.test('RFC 6570: what the templates expand to is the URI of that name', async (t) => {
  t.equal(armies.expand({ name: 'Dragon Army' }), armyUri('Dragon Army'))
  t.equal(students.expand({ id: 'BS-2401' }), studentUri('BS-2401'))
})

t.test('what is no URI of the school names nothing', async (t) => {
  for (const uri of [
    '',
    'school://',
    'school://standings/',
    'school://armies',
    'school://armies/',
    'school://armies/%',
    'school://armies/%ff',
    'school://armies/a/b',
    'school://armies/a?b',
    'school://students/BS-2401#x',
    'SCHOOL://students/BS-2401',
    'http://students/BS-2401',
  ]) {
    t.equal(targetOf(uri), undefined, uri)
  }
})

t.test('a template matches its own kind only', async (t) => {
  t.equal(armies.match(studentUri('BS-2401')), null)
  t.equal(students.match(armyUri('Dragon Army')), null)
  t.equal(armies.match(STANDINGS), null)
})

t.test('a URI that is too long is not looked at, however long it is', async (t) => {
  const longest = 'school://armies/'.padEnd(LONGEST_URI, 'x')
  t.match(armies.match(longest), { army: String })
  t.equal(armies.match(`${longest}x`), null)
  t.equal(armies.match(longest.padEnd(3_000_000, 'x')), null)
})
