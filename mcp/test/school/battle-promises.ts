/** What every store of the school promises of battles, standings and seals; run with the promises of its records. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import {
  BATTLE_HISTORY,
  BATTLE_LENGTH,
  type Battle,
  MOST_OPEN_BATTLES,
} from '../../src/school/battle.ts'
import { battleSchool } from '../../src/school/battle-school.ts'
import type { Roster, SchoolStore } from '../../src/school/school-store.ts'
import { standingsOf } from '../../src/school/standings.ts'

export const NOON = Date.parse('2030-01-01T12:00:00Z')
const dragon = 'Dragon Army'
const phoenix = 'Phoenix Army'
const salamander = 'Salamander Army'

/** @param at ms since the epoch */
export function newBattle(one: string, other: string, at = NOON): Battle {
  return {
    id: randomUUID(),
    armies: [one, other],
    time: new Date(at).toISOString(),
    scheduledBy: 'person-ender',
    status: 'scheduled',
  }
}

export function newReport(winner: string) {
  return { id: randomUUID(), winner, reportedBy: 'person-graff' }
}

async function record(store: SchoolStore, name: string): Promise<[number, number]> {
  const army = await store.armyNamed(name)
  return [army?.wins ?? -1, army?.losses ?? -1]
}

export async function keepsItsPromisesOfBattles(
  t: Test,
  open: (t: Test, roster: Roster) => Promise<SchoolStore>,
): Promise<void> {
  await t.test('a battle is scheduled, found by its id, and on the scoreboard', async (t) => {
    const store = await open(t, battleSchool)
    const battle = newBattle(dragon, phoenix)
    t.strictSame(await store.battles.schedule(battle), { outcome: 'scheduled', battle })
    t.strictSame(await store.battles.battle(battle.id), battle)
    t.equal(await store.battles.battle(randomUUID()), undefined)
    t.strictSame((await store.scoreboard()).battles, [battle])
  })

  await t.test(
    'the same two armies at the same time are one battle, in either order',
    async (t) => {
      const store = await open(t, battleSchool)
      const battle = newBattle(dragon, phoenix)
      await store.battles.schedule(battle)
      for (const again of [newBattle(dragon, phoenix), newBattle('PHOENIX  army', dragon)]) {
        t.strictSame(await store.battles.schedule(again), { outcome: 'known', battle })
      }
      t.equal((await store.scoreboard()).battles.length, 1)
    },
  )

  await t.test('an army is in one battle at a time', async (t) => {
    const store = await open(t, battleSchool)
    const battle = newBattle(dragon, phoenix)
    await store.battles.schedule(battle)
    for (const other of [
      newBattle(salamander, dragon),
      newBattle(phoenix, salamander, NOON + BATTLE_LENGTH - 1),
      newBattle(dragon, phoenix, NOON - BATTLE_LENGTH + 1),
    ]) {
      t.strictSame(await store.battles.schedule(other), { outcome: 'busy', battle })
    }
    const after = newBattle(phoenix, salamander, NOON + BATTLE_LENGTH)
    t.match(await store.battles.schedule(after), { outcome: 'scheduled' })
    const before = newBattle(salamander, dragon, NOON - BATTLE_LENGTH)
    t.match(await store.battles.schedule(before), { outcome: 'scheduled' })
  })

  await t.test('an army has a bounded number of battles before it', async (t) => {
    const store = await open(t, battleSchool)
    const day = 24 * BATTLE_LENGTH
    const battles = Array.from({ length: MOST_OPEN_BATTLES + 1 }, (_, index) =>
      newBattle(dragon, index % 2 === 0 ? phoenix : salamander, NOON + index * day),
    )
    const answers = await Promise.all(battles.map((battle) => store.battles.schedule(battle)))
    const full = answers.filter(({ outcome }) => outcome === 'full')
    t.strictSame(full, [{ outcome: 'full', army: dragon }])
    const late = newBattle(phoenix, dragon, NOON - day)
    t.strictSame(await store.battles.schedule(late), { outcome: 'full', army: dragon })
    const [first] = (await store.scoreboard()).battles
    await store.battles.report(String(first?.id), newReport(dragon))
    t.match(await store.battles.schedule(late), { outcome: 'scheduled' }, 'one is fought')
  })

  await t.test('50 schedulings of one battle at once make one', async (t) => {
    const store = await open(t, battleSchool)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => store.battles.schedule(newBattle(dragon, phoenix))),
    )
    t.equal(answers.filter(({ outcome }) => outcome === 'scheduled').length, 1)
    t.equal(answers.filter(({ outcome }) => outcome === 'known').length, 49)
    t.equal((await store.scoreboard()).battles.length, 1)
  })

  await t.test(
    'a report counts the victory and the defeat, wherever an army is read',
    async (t) => {
      const store = await open(t, battleSchool)
      const battle = newBattle(dragon, phoenix)
      await store.battles.schedule(battle)
      const report = newReport('phoenix ARMY')
      const { id, reportedBy } = report
      const result = { id, winner: phoenix, loser: dragon, reportedBy }
      const done = { ...battle, status: 'fought', result }
      t.strictSame(await store.battles.report(battle.id, report), {
        outcome: 'reported',
        battle: done,
      })
      t.strictSame(await store.battles.battle(battle.id), done)
      t.strictSame(await record(store, phoenix), [9, 7])
      t.strictSame(await record(store, dragon), [12, 1])
      t.match(await store.armyOf('BS-2401'), { wins: 12, losses: 1, knownTactics: [] })
      t.match(standingsOf((await store.scoreboard()).armies), [
        { place: 1, army: salamander, wins: 15, losses: 3 },
        { place: 2, army: dragon, wins: 12, losses: 1 },
        { place: 3, army: phoenix, wins: 9, losses: 7 },
      ])
    },
  )

  await t.test('of 50 reports at once one is taken, and it alone is counted', async (t) => {
    const store = await open(t, battleSchool)
    const battle = newBattle(dragon, phoenix)
    await store.battles.schedule(battle)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        store.battles.report(battle.id, newReport(index % 2 === 0 ? dragon : phoenix)),
      ),
    )
    t.equal(answers.filter(({ outcome }) => outcome === 'reported').length, 1)
    t.equal(answers.filter(({ outcome }) => outcome === 'fought').length, 49)
    const winner = (await store.battles.battle(battle.id))?.result?.winner
    t.strictSame(await record(store, dragon), winner === dragon ? [13, 0] : [12, 1])
    t.strictSame(await record(store, phoenix), winner === phoenix ? [9, 7] : [8, 8])
  })

  await t.test('a battle that is not there is not reported', async (t) => {
    const store = await open(t, battleSchool)
    t.strictSame(await store.battles.report(randomUUID(), newReport(dragon)), {
      outcome: 'unknown',
    })
    t.strictSame(await record(store, dragon), [12, 0])
  })

  await t.test('a winner that did not fight in it is a mistake of ours', async (t) => {
    const store = await open(t, battleSchool)
    const battle = newBattle(dragon, phoenix)
    await store.battles.schedule(battle)
    await t.rejects(store.battles.report(battle.id, newReport(salamander)), TypeError)
    t.match(await store.battles.battle(battle.id), { status: 'scheduled' })
  })

  await t.test('fought battles are forgotten in their order, the victories are not', async (t) => {
    const store = await open(t, battleSchool)
    const ids: string[] = []
    for (let fought = 0; fought <= BATTLE_HISTORY; fought++) {
      const battle = newBattle(dragon, phoenix)
      t.match(await store.battles.schedule(battle), { outcome: 'scheduled' })
      await store.battles.report(battle.id, newReport(dragon))
      ids.push(battle.id)
    }
    t.equal(await store.battles.battle(String(ids[0])), undefined)
    t.match(await store.battles.battle(String(ids[1])), { status: 'fought' })
    t.equal((await store.scoreboard()).battles.length, BATTLE_HISTORY)
    t.strictSame(await record(store, dragon), [12 + BATTLE_HISTORY + 1, 0])
    t.strictSame(await record(store, phoenix), [8, 7 + BATTLE_HISTORY + 1])
  })

  await t.test('what is changed in an answered battle is not changed in the store', async (t) => {
    const store = await open(t, battleSchool)
    const battle = newBattle(dragon, phoenix)
    await store.battles.schedule(battle)
    for (const answer of [
      await store.battles.battle(battle.id),
      (await store.scoreboard()).battles[0],
    ]) {
      if (answer) answer.status = 'fought'
    }
    t.match(await store.battles.battle(battle.id), { status: 'scheduled' })
  })

  await t.test('what is used once is used once, by 50 at once too', async (t) => {
    const { seals } = await open(t, battleSchool)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => seals.consume('one', 60_000)),
    )
    t.equal(answers.filter(Boolean).length, 1)
    t.equal(await seals.consume('another', 60_000), true)
    t.equal(await seals.consume('one', 60_000), false)
  })

  await t.test('the sealing key is 32 bytes and stays the same', async (t) => {
    const { seals } = await open(t, battleSchool)
    const key = await seals.key()
    t.equal(key.byteLength, 32)
    t.strictSame([...(await seals.key())], [...key])
  })
}
