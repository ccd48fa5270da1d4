import t, { type Test } from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import type { SchoolStore } from '../../src/school/school-store.ts'
import { newBattle, newReport } from '../school/battle-promises.ts'
import { instructor, type Meeting, meet, student } from '../support/school.ts'

const dragon = 'Dragon Army'
const phoenix = 'Phoenix Army'
const DAY = 86_400_000

async function fight(store: SchoolStore, day: number, winner: string) {
  const battle = newBattle(dragon, phoenix, Date.UTC(2030, 0, 1) + day * DAY)
  await store.battles.schedule(battle)
  await store.battles.report(battle.id, newReport(winner))
}

async function ask(t: Test, meeting: Meeting, armyName: string) {
  const client = await meet(t, meeting)
  const { messages } = await client.getPrompt({ name: 'debrief', arguments: { armyName } })
  const content = messages[0]?.content
  return content?.type === 'text' ? content.text : ''
}

for (const era of ['modern', 'legacy'] as const) {
  t.test(`${era}: an army’s place, record and last battles, the latest first`, async (t) => {
    const store = new MemorySchoolStore(battleSchool)
    for (let day = 0; day < 6; day++) await fight(store, day, day === 4 ? phoenix : dragon)
    await store.battles.schedule(newBattle(dragon, 'Salamander Army', Date.UTC(2031, 0, 1)))
    const text = await ask(t, { store, who: student('BS-2401'), era }, ' dragon  army')
    t.match(text, /Place in the standings: 1 of 3/)
    t.match(text, /Record: 17 wins, 1 losses/)
    t.strictSame(text.match(/^- 20.*$/gm), [
      '- 2030-01-06T00:00:00.000Z: won against Phoenix Army',
      '- 2030-01-05T00:00:00.000Z: lost to Phoenix Army',
      '- 2030-01-04T00:00:00.000Z: won against Phoenix Army',
      '- 2030-01-03T00:00:00.000Z: won against Phoenix Army',
      '- 2030-01-02T00:00:00.000Z: won against Phoenix Army',
    ])
  })

  t.test(`${era}: MCP, Completion: armies by their names`, async (t) => {
    const store = new MemorySchoolStore(battleSchool)
    const client = await meet(t, { store, who: instructor(), era })
    const ref = { type: 'ref/prompt' as const, name: 'debrief' }
    const { completion } = await client.complete({ ref, argument: { name: 'armyName', value: '' } })
    t.match(completion, { values: [dragon, phoenix, 'Salamander Army'], total: 3, hasMore: false })
  })
}

t.test('an army that has fought no battle here, and is known for nothing', async (t) => {
  const store = new MemorySchoolStore(battleSchool)
  const text = await ask(t, { store, who: instructor() }, dragon)
  t.match(text, /Known tactics: none/)
  t.match(text, /- none that is remembered$/)
})

t.test(
  'an unknown army is -32602 with near names; who does not belong here is told so',
  async (t) => {
    const store = new MemorySchoolStore(battleSchool)
    await t.rejects(ask(t, { store, who: instructor() }, 'Dragn Army'), {
      code: -32602,
      message: /Near names: Dragon Army/,
    })
    await t.rejects(ask(t, { store, who: student('BS-9999') }, dragon), {
      code: -32602,
      message: /BS-9999/,
    })
  },
)
