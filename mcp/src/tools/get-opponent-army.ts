/** get_opponent_army: what anybody may know of another army. */
import { z } from 'zod'
import { membersOf } from '../school/army.ts'
import { armySummary, summarize, withoutVictories } from '../school/army-summary.ts'
import { Refusal } from '../visit/refusal.ts'
import { armyNamed, visitor } from '../visit/visit.ts'
import { armyArgument } from './army-argument.ts'
import { tool } from './tool.ts'

export const getOpponentArmy = tool({
  name: 'get_opponent_army',
  title: 'Opponent army',
  description:
    'An army other than one’s own, by its name: commander, record of battles, known tactics, and who serves in it with which rank.',
  audience: 'all',
  scopes: ['school:read'],
  input: z.strictObject({
    armyName: armyArgument('Name of the army, e.g. “Salamander Army”.'),
  }),
  output: z.strictObject({
    ...armySummary,
    soldiers: z.array(z.strictObject({ name: z.string(), rank: z.string() })),
  }),
  async answer({ armyName }, visit) {
    const self = await visitor(visit)
    const army = await armyNamed(armyName, visit)
    if (self !== undefined && membersOf(army).includes(self.id)) {
      throw new Refusal(`${army.name} is your own army: ask with get_my_army.`)
    }
    const { summary, soldiers } = await summarize(army, visit.school)
    return { ...summary, soldiers: withoutVictories(soldiers) }
  },
})
