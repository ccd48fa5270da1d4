/** What anybody at the school may know of an army: the shape, and how it is filled. */
import { z } from 'zod'
import { type Army, membersOf } from './army.ts'
import type { SchoolStore } from './school-store.ts'

export const armySummary = {
  name: z.string(),
  commander: z.string().nullable().describe('Name of the commander.'),
  wins: z.int().nonnegative(),
  losses: z.int().nonnegative(),
  knownTactics: z.array(z.string()).describe('Empty where none are known.'),
}

export interface NamedSoldier {
  name: string
  rank: string
  battlesWon: number
}

/** The army with names in place of student ids; members whose record is gone are left out. */
export async function summarize(army: Army, school: SchoolStore) {
  const members = await school.students(membersOf(army))
  const names = new Map(members.map((student) => [student.id, student.name]))
  const soldiers = army.soldiers.flatMap(({ studentId, rank, battlesWon }): NamedSoldier[] => {
    const name = names.get(studentId)
    return name === undefined ? [] : [{ name, rank, battlesWon }]
  })
  const { name, wins, losses, knownTactics } = army
  const commander = names.get(army.commanderId) ?? null
  return { summary: { name, commander, wins, losses, knownTactics }, soldiers }
}

/** Battles won are the soldier's own and the army's to know. */
export function withoutVictories(soldiers: readonly NamedSoldier[]) {
  return soldiers.map(({ name, rank }) => ({ name, rank }))
}
