/** get_standings: the armies in their order, the battles to come, and those that were fought last. */
import { z } from 'zod'
import { standingsOf } from '../school/standings.ts'
import { visitor } from '../visit/visit.ts'
import { battleSummary, standing, summarizeBattle } from './battle-summary.ts'
import { tool } from './tool.ts'

const MOST_FOUGHT = 10

export const getStandings = tool({
  name: 'get_standings',
  title: 'Standings',
  description:
    'All armies of the school by their record of battles, the best first; with the battles to come, the next first, and the last that were fought.',
  audience: 'all',
  scopes: ['school:read'],
  input: z.strictObject({}),
  output: z.strictObject({
    standings: z.array(standing),
    scheduled: z.array(battleSummary),
    fought: z.array(battleSummary),
  }),
  async answer(_input, visit) {
    await visitor(visit)
    const { armies, battles } = await visit.school.scoreboard()
    const byTime = battles.toSorted((a, b) => (a.time < b.time ? -1 : 1))
    const scheduled = byTime.filter(({ status }) => status === 'scheduled')
    const fought = byTime.filter(({ status }) => status === 'fought').reverse()
    return {
      standings: standingsOf(armies),
      scheduled: scheduled.map(summarizeBattle),
      fought: fought.slice(0, MOST_FOUGHT).map(summarizeBattle),
    }
  },
})
