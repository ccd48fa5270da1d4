import type { ElicitResult } from '@modelcontextprotocol/server'
import t, { type Test } from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import { NOON, newBattle } from '../school/battle-promises.ts'
import { type Era, startHouse } from '../support/house.ts'
import { modernRequest } from '../support/modern.ts'
import { answerOf, instructor, meet, student } from '../support/school.ts'

const ender = student('BS-2401')
const time = new Date(Date.now() + 86_400_000).toISOString()
const phoenix = { opponentName: 'phoenix ARMY', time }
const yes = (): ElicitResult => ({ action: 'accept', content: { confirm: true } })

async function scheduled(store: MemorySchoolStore) {
  return (await store.scoreboard()).battles
}

function open() {
  return new MemorySchoolStore(battleSchool)
}

async function ask(t: Test, who = ender, args: Record<string, unknown> = phoenix, store = open()) {
  const client = await meet(t, { store, who, reply: yes })
  return await answerOf(client, 'schedule_battle', args)
}

for (const era of ['modern', 'legacy'] satisfies Era[]) {
  t.test(`${era}: the person is asked what exactly will be done, and then it is`, async (t) => {
    const store = open()
    const questions: string[] = []
    const reply = (message: string) => {
      questions.push(message)
      return yes()
    }
    const client = await meet(t, { store, who: ender, era, reply })
    const { answer } = await answerOf(client, 'schedule_battle', phoenix)
    t.strictSame(questions, [
      `Schedule a battle of Dragon Army against Phoenix Army, beginning at ${time}?`,
    ])
    const battles = await scheduled(store)
    t.match(battles, [
      { armies: ['Dragon Army', 'Phoenix Army'], time, scheduledBy: 'person-BS-2401' },
    ])
    t.match(answer, { outcome: 'scheduled', battle: { id: battles[0]?.id, time, winner: null } })
    const again = await answerOf(client, 'schedule_battle', phoenix)
    t.match(again.answer, { outcome: 'known', battle: { id: battles[0]?.id } })
    t.equal((await scheduled(store)).length, 1)
  })

  const refusals: ElicitResult[] = [
    { action: 'decline' },
    { action: 'cancel' },
    { action: 'accept', content: { confirm: false } },
    { action: 'accept', content: { confirm: 'true' } },
    { action: 'accept', content: {} },
  ]
  t.test(`${era}: whatever is no clear yes schedules nothing`, async (t) => {
    for (const refusal of refusals) {
      const store = open()
      const client = await meet(t, { store, who: ender, era, reply: () => refusal })
      const { answer } = await answerOf(client, 'schedule_battle', phoenix)
      // A 2025 client’s form is checked by the SDK, which refuses what does not fit it.
      if (answer !== undefined) t.strictSame(answer, { outcome: 'declined', battle: null })
      t.strictSame(await scheduled(store), [], JSON.stringify(refusal))
    }
  })
}

t.test('2026-07-28: a client that cannot ask is -32021, and nothing is scheduled', async (t) => {
  const store = open()
  const client = await meet(t, { store, who: ender })
  await t.rejects(answerOf(client, 'schedule_battle', phoenix), { code: -32021 })
  t.strictSame(await scheduled(store), [])
})

t.test('2025: a client that cannot ask gets a tool error, and nothing is scheduled', async (t) => {
  const store = open()
  const client = await meet(t, { store, who: ender, era: 'legacy' })
  const { isError, text } = await answerOf(client, 'schedule_battle', phoenix)
  t.equal(isError, true)
  t.match(text, /did not declare the required capability/)
  t.strictSame(await scheduled(store), [])
})

t.test('a commander schedules for the own army only, a soldier for none', async (t) => {
  const other = { ...phoenix, armyName: 'Salamander Army' }
  t.match((await ask(t, ender, other)).text, /Only its commander schedules/)
  t.match((await ask(t, student('BS-2507'))).text, /Only its commander schedules/)
  const own = await ask(t, ender, { ...phoenix, armyName: 'dragon army' })
  t.match(own.answer, { outcome: 'scheduled' })
})

t.test('an instructor names both armies, and needs school:instruct', async (t) => {
  const args = { ...phoenix, armyName: 'Salamander Army' }
  t.match((await ask(t, instructor(), args)).answer, { outcome: 'scheduled' })
  t.match((await ask(t, instructor(), phoenix)).text, /Give armyName/)
  const unscoped = instructor(['school:read', 'school:write'])
  t.match((await ask(t, unscoped, args)).text, /school:instruct/)
})

t.test('unknown names lead to near ones, and no army fights itself', async (t) => {
  const slip = { ...phoenix, opponentName: 'Pheonix Army' }
  t.match((await ask(t, ender, slip)).text, /Near names: Phoenix Army/)
  const self = { ...phoenix, opponentName: 'Dragon Army' }
  t.match((await ask(t, ender, self)).text, /cannot fight itself/)
})

t.test('the time is a moment to come, within a year', async (t) => {
  const at = (time: unknown) => ask(t, ender, { ...phoenix, time })
  t.match((await at('2020-01-01T10:00:00Z')).text, /is over/)
  t.match((await at('9999-01-01T10:00:00Z')).text, /more than a year/)
  for (const bad of ['tomorrow', '2030-02-30T10:00:00Z', '2030-01-01T10:00:00', 7, undefined]) {
    t.match((await at(bad)).text, /Input validation error/, String(bad))
  }
})

t.test('armies that are not free, or have too many battles before them, are told', async (t) => {
  const store = open()
  await store.battles.schedule(newBattle('Phoenix Army', 'Salamander Army', Date.parse(time)))
  t.match((await ask(t, ender, phoenix, store)).text, /one of the armies is not free/)
  const full = open()
  for (let day = 0; day < 10; day++) {
    const at = NOON + day * 86_400_000
    await full.battles.schedule(newBattle('Phoenix Army', 'Salamander Army', at))
  }
  t.match((await ask(t, ender, phoenix, full)).text, /Phoenix Army has 10 battles before it/)
})

t.test('RFC 6750 §3.1: without school:write it is 403 insufficient_scope', async (t) => {
  const house = await startHouse()
  t.teardown(() => house.close())
  const token = await house.gateway.mint({ claims: { scope: 'school:read' } })
  const params = { name: 'schedule_battle', arguments: phoenix }
  const answer = await fetch(house.mcpUrl, modernRequest('tools/call', params, token))
  t.equal(answer.status, 403)
  const challenge = answer.headers.get('www-authenticate')
  t.match(challenge, /error="insufficient_scope"/)
  t.match(challenge, /scope="school:read school:write"/)
})
