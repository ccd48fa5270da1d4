/** get_my_army: the army that the signed-in student commands or serves in. */
import { z } from 'zod'
import { placeIn } from '../school/army.ts'
import { armySummary, summarize } from '../school/army-summary.ts'
import { Refusal } from '../visit/refusal.ts'
import { studentVisitor } from '../visit/visit.ts'
import { tool } from './tool.ts'

export const getMyArmy = tool({
  name: 'get_my_army',
  title: 'My army',
  description:
    'The army that the signed-in student commands or serves in: commander, record of battles, own rank, and each soldier’s rank and battles won.',
  audience: 'students',
  scopes: ['school:read'],
  input: z.strictObject({}),
  output: z.strictObject({
    ...armySummary,
    myRank: z.string().describe('Rank of the person who is signed in.'),
    soldiers: z.array(
      z.strictObject({ name: z.string(), rank: z.string(), battlesWon: z.int().nonnegative() }),
    ),
  }),
  async answer(_input, visit) {
    const self = await studentVisitor(visit)
    const army = await visit.school.armyOf(self.id)
    const place = army && placeIn(army, self.id)
    if (army === undefined || place === undefined) {
      throw new Refusal('You are not assigned to an army.')
    }
    const { summary, soldiers } = await summarize(army, visit.school)
    return { ...summary, myRank: place.rank, soldiers }
  },
})
