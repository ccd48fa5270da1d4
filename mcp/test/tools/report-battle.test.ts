import t from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import { newBattle } from '../school/battle-promises.ts'
import { answerOf, instructor, meet, student } from '../support/school.ts'

async function open() {
  const store = new MemorySchoolStore(battleSchool)
  const battle = newBattle('Dragon Army', 'Phoenix Army')
  await store.battles.schedule(battle)
  return { store, battle, battleId: battle.id }
}

t.test('a report is counted, answered with the standings, and announced', async (t) => {
  const { store, battleId } = await open()
  const updated: string[] = []
  const client = await meet(t, { store, who: instructor(), updated })
  const { answer } = await answerOf(client, 'report_battle', {
    battleId,
    winnerName: 'phoenix army',
  })
  t.match(answer, {
    battle: { id: battleId, winner: 'Phoenix Army' },
    standings: [{}, { army: 'Dragon Army', wins: 12, losses: 1 }, { wins: 9, losses: 7 }],
  })
  t.strictSame(updated.sort(), [
    'school://armies/Dragon%20Army',
    'school://armies/Phoenix%20Army',
    'school://standings',
  ])
})

t.test('a second report is refused, and nothing is announced', async (t) => {
  const { store, battleId } = await open()
  const updated: string[] = []
  const client = await meet(t, { store, who: instructor(), updated })
  await answerOf(client, 'report_battle', { battleId, winnerName: 'Dragon Army' })
  updated.length = 0
  const { text } = await answerOf(client, 'report_battle', { battleId, winnerName: 'Phoenix Army' })
  t.match(text, /reported before: Dragon Army has won it/)
  t.strictSame(updated, [])
  t.match(await store.armyNamed('Dragon Army'), { wins: 13, losses: 0 })
})

t.test('an unknown battle, and a winner that did not fight in it, are told', async (t) => {
  const { store, battleId } = await open()
  const client = await meet(t, { store, who: instructor() })
  const report = (args: object) => answerOf(client, 'report_battle', { ...args })
  t.match(
    (await report({ battleId: 'x', winnerName: 'Dragon Army' })).text,
    /no battle with this id/,
  )
  t.match(
    (await report({ battleId, winnerName: 'Salamander Army' })).text,
    /Dragon Army meets Phoenix Army/,
  )
  t.match(await store.battles.battle(battleId), { status: 'scheduled' })
})

t.test('students do not have it, and an instructor needs school:instruct', async (t) => {
  const { store, battleId } = await open()
  const args = { battleId, winnerName: 'Dragon Army' }
  const ender = await meet(t, { store, who: student('BS-2401') })
  t.notOk((await ender.listTools()).tools.some(({ name }) => name === 'report_battle'))
  await t.rejects(answerOf(ender, 'report_battle', args), { code: -32602 })
  const graff = await meet(t, { store, who: instructor(['school:read']) })
  t.match((await answerOf(graff, 'report_battle', args)).text, /school:instruct/)
  t.match(await store.battles.battle(battleId), { status: 'scheduled' })
})

t.test('MCP, ToolAnnotations: what each of the battle tools does is said', async (t) => {
  const { store } = await open()
  const { tools } = await (await meet(t, { store, who: instructor() })).listTools()
  const hints = (name: string) => tools.find((tool) => tool.name === name)?.annotations
  t.match(hints('get_standings'), { readOnlyHint: true })
  t.match(hints('simulate_battle'), { readOnlyHint: true, idempotentHint: true })
  t.match(hints('schedule_battle'), { readOnlyHint: false, destructiveHint: false })
  t.match(hints('report_battle'), { readOnlyHint: false, destructiveHint: true })
})

t.test('the standings hold the battles to come and those that were fought', async (t) => {
  const { store, battleId } = await open()
  const client = await meet(t, { store, who: student('BS-2507') })
  const before = await answerOf(client, 'get_standings')
  t.match(before.answer, {
    standings: [{ place: 1, army: 'Salamander Army', wins: 15, losses: 3 }, {}, {}],
    scheduled: [{ id: battleId, winner: null }],
    fought: [],
  })
  await store.battles.report(battleId, { id: 'r', winner: 'Dragon Army', reportedBy: 'x' })
  t.match((await answerOf(client, 'get_standings')).answer, {
    scheduled: [],
    fought: [{ id: battleId, winner: 'Dragon Army' }],
  })
})
