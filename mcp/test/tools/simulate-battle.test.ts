import t from 'tap'
import { battleSchool } from '../../src/school/battle-school.ts'
import { MemorySchoolStore } from '../../src/school/memory-school-store.ts'
import type { Era } from '../support/house.ts'
import { answerOf, meet, student } from '../support/school.ts'

const who = student('BS-2507')
const armies = { armyName: 'dragon army', opponentName: 'Phoenix Army' }
const store = new MemorySchoolStore(battleSchool)

t.test(
  'the same seed gives the same battle, another one another; nothing is counted',
  async (t) => {
    const before = await store.scoreboard()
    const client = await meet(t, { store, who })
    const play = async (seed: string) =>
      (await answerOf(client, 'simulate_battle', { ...armies, rounds: 20, seed })).answer
    const first = await play('a')
    t.match(first, { moves: { length: 20 } })
    t.strictSame(await play('a'), first)
    t.notSame(await play('b'), first)
    t.strictSame(await store.scoreboard(), before)
  },
)

for (const era of ['modern', 'legacy'] satisfies Era[]) {
  t.test(`${era}: progress of each round where a token came`, async (t) => {
    const client = await meet(t, { store, who, era })
    const seen: number[] = []
    const params = { name: 'simulate_battle', arguments: { ...armies, rounds: 5 } }
    await client.callTool(params, { onprogress: ({ progress }) => void seen.push(progress) })
    // The client drops its handler with the answer, so the last one may be missed.
    t.strictSame(seen.slice(0, 4), [1, 2, 3, 4])
  })

  t.test(`${era}: a cancelled simulation ends at once`, { timeout: 20_000 }, async (t) => {
    const client = await meet(t, { store, who, era })
    const stop = new AbortController()
    let rounds = 0
    const params = {
      name: 'simulate_battle',
      arguments: { ...armies, rounds: 12, roundTime: 5_000 },
    }
    const call = client.callTool(params, { signal: stop.signal, onprogress: () => void rounds++ })
    setImmediate(() => stop.abort())
    await t.rejects(call)
    t.equal(rounds, 0)
  })
}

t.test('2025: each round is a line of the log', async (t) => {
  const client = await meet(t, { store, who, era: 'legacy' })
  const lines: unknown[] = []
  client.setNotificationHandler('notifications/message', ({ params }) => void lines.push(params))
  await answerOf(client, 'simulate_battle', { ...armies, rounds: 3 })
  t.match(lines, [{ level: 'info', data: /^Round 1: / }, {}, { data: /^Round 3: / }])
})

t.test('it is bounded in rounds and in time', async (t) => {
  const client = await meet(t, { store, who })
  const play = (args: object) => answerOf(client, 'simulate_battle', { ...armies, ...args })
  t.match((await play({ rounds: 51 })).text, /Input validation error/)
  t.match((await play({ rounds: 50, roundTime: 5_000 })).text, /no longer than 60 seconds/)
})

t.test('unknown names lead to near ones, and no army fights itself', async (t) => {
  const client = await meet(t, { store, who })
  const play = (opponentName: string) =>
    answerOf(client, 'simulate_battle', { ...armies, opponentName })
  t.match((await play('Pheonix Army')).text, /Near names: Phoenix Army/)
  t.match((await play('Dragon  Army')).text, /cannot fight itself/)
})
