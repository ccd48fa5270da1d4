/** An army of the school, and a student's place in it. */
import { z } from 'zod'

export const armyRecord = z.object({
  name: z.string(),
  commanderId: z.string(),
  wins: z.int(),
  losses: z.int(),
  soldiers: z.array(z.object({ studentId: z.string(), rank: z.string(), battlesWon: z.int() })),
  knownTactics: z.array(z.string()),
})

export type Army = z.infer<typeof armyRecord>

const COMMANDER = 'Commander'

/** Who serves: the commander first, then the soldiers in their order. */
export function membersOf(army: Army): string[] {
  return [army.commanderId, ...army.soldiers.map((soldier) => soldier.studentId)]
}

/** Battles won are counted for soldiers; a commander's record is the army's. */
export function placeIn(
  army: Army,
  studentId: string,
): { rank: string; battlesWon?: number } | undefined {
  if (army.commanderId === studentId) return { rank: COMMANDER }
  const soldier = army.soldiers.find((candidate) => candidate.studentId === studentId)
  return soldier && { rank: soldier.rank, battlesWon: soldier.battlesWon }
}
