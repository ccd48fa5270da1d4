/** report_battle: an instructor says who has won. It counts for both armies, once. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { armyUri, STANDINGS } from '../resources/school-uri.ts'
import type { Battle } from '../school/battle.ts'
import { nameKey } from '../school/name.ts'
import { standingsOf } from '../school/standings.ts'
import { Refusal } from '../visit/refusal.ts'
import { armyArgument } from './army-argument.ts'
import { battleSummary, standing, summarizeBattle } from './battle-summary.ts'
import { tool } from './tool.ts'

export const reportBattle = tool({
  name: 'report_battle',
  title: 'Report a battle',
  description:
    'Says which army has won a scheduled battle. The victory and the defeat are counted, and cannot be taken back. Ids of scheduled battles are in get_standings.',
  audience: 'instructors',
  scopes: ['school:read', 'school:instruct'],
  // It cannot be undone; a second report is refused.
  annotations: { destructiveHint: true, idempotentHint: true },
  input: z.strictObject({
    battleId: z.string().trim().min(1).max(100).describe('Id of the battle, from get_standings.'),
    winnerName: armyArgument('Name of the army that has won.'),
  }),
  output: z.strictObject({ battle: battleSummary, standings: z.array(standing) }),
  async answer({ battleId, winnerName }, visit) {
    const { school, person, notify } = visit
    const battle = await school.battles.battle(battleId)
    mustBeOpen(battle)
    const winner = battle.armies.find((army) => nameKey(army) === nameKey(winnerName))
    if (winner === undefined) {
      throw new Refusal(
        `“${winnerName}” does not fight in this battle: ${battle.armies[0]} meets ${battle.armies[1]}.`,
      )
    }
    const report = { id: randomUUID(), winner, reportedBy: person.id }
    const reporting = await school.battles.report(battleId, report)
    if (reporting.outcome !== 'reported') {
      throw refused(reporting.outcome === 'fought' ? reporting.battle : undefined)
    }
    notify.resourceUpdated(STANDINGS)
    for (const army of battle.armies) {
      notify.resourceUpdated(armyUri(army))
    }
    const { armies } = await school.scoreboard()
    return { battle: summarizeBattle(reporting.battle), standings: standingsOf(armies) }
  },
})

function mustBeOpen(battle: Battle | undefined): asserts battle is Battle {
  if (battle?.status !== 'scheduled') throw refused(battle)
}

function refused(battle: Battle | undefined): Refusal {
  return battle?.result === undefined
    ? new Refusal('There is no battle with this id. Ids of scheduled battles are in get_standings.')
    : new Refusal(`This battle was reported before: ${battle.result.winner} has won it.`)
}
