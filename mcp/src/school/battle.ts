/** A battle between two armies: scheduled for a time, then fought, with a winner. */
import { z } from 'zod'
import { nameKey } from './name.ts'

export const battleRecord = z.object({
  id: z.string(),
  /** Names as the armies write them. */
  armies: z.tuple([z.string(), z.string()]),
  /** When it begins: ISO 8601, in UTC. */
  time: z.string(),
  /** The person's id at the gateway, here and in the result. */
  scheduledBy: z.string(),
  status: z.enum(['scheduled', 'fought']),
  result: z
    .object({
      /** Of the report, so that one report that arrives twice is one. */
      id: z.string(),
      winner: z.string(),
      loser: z.string(),
      reportedBy: z.string(),
    })
    .optional(),
})

export type Battle = z.infer<typeof battleRecord>

/** ms for which a battle keeps both of its armies from another one. */
export const BATTLE_LENGTH = 3_600_000
/** Battles that one army may have before it. */
export const MOST_OPEN_BATTLES = 10
/** Battles that are remembered once they are fought; the victories are counted for good. */
export const BATTLE_HISTORY = 100

export function startOf(battle: Battle): number {
  return Date.parse(battle.time)
}

/** In either order of the armies. */
export function isSameBattle(one: Battle, other: Battle): boolean {
  const armies = one.armies.map(nameKey)
  return one.time === other.time && other.armies.every((army) => armies.includes(nameKey(army)))
}

/** @throws TypeError where the winner did not fight in it */
export function fought(battle: Battle, report: Report): Battle {
  const winner = battle.armies.find((army) => nameKey(army) === nameKey(report.winner))
  const loser = battle.armies.find((army) => army !== winner)
  if (winner === undefined || loser === undefined) {
    throw new TypeError('the winner did not fight in this battle')
  }
  const { id, reportedBy } = report
  return { ...battle, status: 'fought', result: { id, winner, loser, reportedBy } }
}

/** How a battle went. */
export interface Report {
  /** Random, one for each report. */
  id: string
  /** Name of one of the two armies. */
  winner: string
  reportedBy: string
}
