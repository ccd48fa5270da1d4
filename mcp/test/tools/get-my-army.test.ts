import t from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import { people } from '../support/gateway.ts'
import { connect, type House, startHouse } from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())

async function ask(claims: Record<string, unknown>, at: House = house) {
  const client = await connect(at, claims)
  const result = await client.callTool({ name: 'get_my_army', arguments: {} })
  await client.close()
  const [first] = result.content
  return { army: result.structuredContent, text: first?.type === 'text' ? first.text : '' }
}

const dragon = {
  name: 'Dragon Army',
  commander: 'Ender Wiggin',
  wins: 12,
  losses: 0,
  knownTactics: [],
  soldiers: [
    { name: 'Bean', rank: 'Toon Leader', battlesWon: 8 },
    { name: 'Crazy Tom', rank: 'Toon Leader', battlesWon: 7 },
    { name: 'Hot Soup', rank: 'Soldier', battlesWon: 6 },
  ],
}

t.test('a commander gets the army that they command', async (t) => {
  t.strictSame((await ask(people.ender)).army, { ...dragon, myRank: 'Commander' })
})

t.test('a soldier gets the army that they serve in', async (t) => {
  t.strictSame((await ask(people.bean)).army, { ...dragon, myRank: 'Toon Leader' })
  t.match((await ask(people.dink)).army, { name: 'Phoenix Army', commander: 'Rose the Nose' })
})

t.test('an instructor serves in no army: the tool is neither listed nor callable', async (t) => {
  const client = await connect(house, people.graff)
  t.teardown(() => client.close())
  const { tools } = await client.listTools()
  t.notOk(tools.some(({ name }) => name === 'get_my_army'))
  await t.rejects(client.callTool({ name: 'get_my_army', arguments: {} }), { code: -32602 })
})

t.test('a login that names no student is told so, whatever it is a login of', async (t) => {
  t.match((await ask({ student_id: undefined, roles: [] })).text, /neither a student nor/)
})

t.test('a student without an army is told so', async (t) => {
  const roster = { students: battleSchool.students, armies: [] }
  const other = await startHouse({}, { roster })
  t.teardown(() => other.close())
  t.match((await ask(people.ender, other)).text, /You are not assigned to an army/)
})

t.test('members whose record is gone are left out', async (t) => {
  const students = battleSchool.students.filter(({ name }) => name === 'Bean')
  const other = await startHouse({}, { roster: { ...battleSchool, students } })
  t.teardown(() => other.close())
  t.match((await ask(people.bean, other)).army, {
    commander: null,
    soldiers: [{ name: 'Bean' }],
  })
})
