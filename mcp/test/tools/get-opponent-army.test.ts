import t from 'tap'
import { people } from '../support/gateway.ts'
import { connect, startHouse } from '../support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())

async function ask(claims: Record<string, unknown>, armyName: unknown) {
  const client = await connect(house, claims)
  const result = await client.callTool({ name: 'get_opponent_army', arguments: { armyName } })
  await client.close()
  const [first] = result.content
  return { army: result.structuredContent, text: first?.type === 'text' ? first.text : '' }
}

t.test('what anybody may know of another army, by its name in any case', async (t) => {
  t.strictSame((await ask(people.ender, ' salamander ARMY')).army, {
    name: 'Salamander Army',
    commander: 'Bonzo Madrid',
    wins: 15,
    losses: 3,
    knownTactics: ['Wall formations', 'Aggressive rushes'],
    soldiers: [{ name: 'Bernard', rank: 'Toon Leader' }],
  })
})

t.test('one’s own army is not an opponent’s, for commander and soldier', async (t) => {
  for (const person of [people.ender, people.bean]) {
    const { army, text } = await ask(person, 'Dragon Army')
    t.equal(army, undefined)
    t.match(text, /Dragon Army is your own army: ask with get_my_army/)
  }
})

t.test('a name that does not exist lists names that are near', async (t) => {
  t.match((await ask(people.ender, 'Pheonix Army')).text, /Near names: Phoenix Army/)
  t.match((await ask(people.ender, 'Salamander')).text, /Near names: Salamander Army/)
  t.match((await ask(people.ender, 'Rat')).text, /no army named “Rat” .* no name is near it/)
})

t.test('an instructor may ask about every army', async (t) => {
  t.match((await ask(people.graff, 'Dragon Army')).army, { commander: 'Ender Wiggin' })
})

t.test('a student id that the school does not have is named', async (t) => {
  t.match((await ask({ student_id: 'BS-9999' }, 'Dragon Army')).text, /BS-9999/)
})

t.test('a name that is no name is a tool error', async (t) => {
  for (const name of [undefined, '', '   ', ['Dragon Army'], 'x'.repeat(101)]) {
    t.match((await ask(people.ender, name)).text, /Input validation error/)
  }
})
