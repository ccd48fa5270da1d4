import t from 'tap'
import { people } from '../support/gateway.ts'
import { connect, type Era, startHouse } from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())

async function ask(claims: Record<string, unknown>, args: Record<string, unknown>, era?: Era) {
  const client = await connect(house, claims, era)
  const result = await client.callTool({ name: 'get_student_info', arguments: args })
  await client.close()
  const [first] = result.content
  const text = first?.type === 'text' ? first.text : ''
  return { record: result.structuredContent, text, isError: result.isError === true }
}

const ender = {
  name: 'Ender Wiggin',
  army: 'Dragon Army',
  rank: 'Commander',
  specialization: 'Command',
  id: 'BS-2401',
  age: 10,
  aptitudeScore: 99,
  battleExperience: 'Expert',
}

for (const era of ['modern', 'legacy'] as const) {
  t.test(`${era}: without an argument it is oneself, with everything`, async (t) => {
    const answer = await ask(people.ender, {}, era)
    t.strictSame(answer.record, ender)
    t.strictSame(JSON.parse(answer.text), ender, 'the text repeats the structure')
    t.equal(answer.isError, false)
    const bean = await ask(people.bean, {}, era)
    t.match(bean.record, { id: 'BS-2507', rank: 'Toon Leader', battlesWon: 8 })
  })

  t.test(`${era}: of another student only what is public`, async (t) => {
    const { record } = await ask(people.ender, { studentName: 'Bean' }, era)
    t.strictSame(record, {
      name: 'Bean',
      army: 'Dragon Army',
      rank: 'Toon Leader',
      specialization: 'Strategy',
    })
  })
}

t.test('one’s own name gives one’s own record', async (t) => {
  const { record } = await ask(people.ender, { studentName: '  ender   WIGGIN ' })
  t.strictSame(record, ender)
})

t.test('a name that does not exist lists names that are near', async (t) => {
  const slip = await ask(people.ender, { studentName: 'Been' })
  t.equal(slip.isError, true)
  t.match(slip.text, /no student named “Been”.*Near names: Bean\./)
  t.match((await ask(people.ender, { studentName: 'bonzo' })).text, /Near names: Bonzo Madrid\./)
  t.match((await ask(people.ender, { studentName: 'Peter' })).text, /no name is near it/)
})

t.test('an instructor has no record, and is told why', async (t) => {
  const { isError, text } = await ask(people.graff, {})
  t.equal(isError, true)
  t.match(text, /instructors have no student record/)
})

t.test('an instructor with school:instruct reads the full record of any student', async (t) => {
  t.strictSame((await ask(people.graff, { studentName: 'Ender Wiggin' })).record, ender)
})

t.test('neither the role alone nor the scope alone opens a full record', async (t) => {
  const read = 'school:read school:write'
  const instruct = `${read} school:instruct`
  const roleOnly = await ask({ ...people.graff, scope: read }, { studentName: 'Bean' })
  const publicFields = ['army', 'name', 'rank', 'specialization']
  t.strictSame(Object.keys(roleOnly.record ?? {}).sort(), publicFields)
  const scopeOnly = await ask({ ...people.ender, scope: instruct }, { studentName: 'Bean' })
  t.strictSame(Object.keys(scopeOnly.record ?? {}).sort(), publicFields)
})

t.test('a student id that the school does not have is named', async (t) => {
  const { isError, text } = await ask({ student_id: 'BS-9999' }, { studentName: 'Bean' })
  t.equal(isError, true)
  t.match(text, /Your login says that you are student BS-9999, which this school does not have/)
})

t.test('a person who is neither student nor instructor is refused', async (t) => {
  const { isError, text } = await ask({ student_id: undefined, roles: [] }, { studentName: 'Bean' })
  t.equal(isError, true)
  t.match(text, /neither a student nor an instructor/)
})

t.test('arguments that do not fit are a tool error', async (t) => {
  for (const args of [{ studentName: '' }, { studentName: 7 }, { name: 'Bean' }]) {
    t.equal((await ask(people.ender, args)).isError, true, JSON.stringify(args))
  }
})

t.test('a student without an army has neither army nor rank', async (t) => {
  const student = {
    id: 'BS-1',
    name: 'Alai',
    age: 9,
    aptitudeScore: 90,
    battleExperience: 'Beginner',
    specialization: 'Assault',
  }
  const other = await startHouse({}, { roster: { students: [student], armies: [] } })
  t.teardown(() => other.close())
  const client = await connect(other, { student_id: 'BS-1' })
  const result = await client.callTool({ name: 'get_student_info', arguments: {} })
  await client.close()
  t.match(result.structuredContent, { name: 'Alai', army: null, rank: null })
})
