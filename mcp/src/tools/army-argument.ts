/** An army that an argument names. */
import { z } from 'zod'
import type { Army } from '../school/army.ts'
import { Refusal } from '../visit/refusal.ts'
import { armyNamed, type Visit } from '../visit/visit.ts'

export function armyArgument(description: string) {
  return z.string().trim().min(1).max(100).describe(description)
}

/** @throws Refusal where one name is unknown, or both are one army's */
export async function opponents(one: string, other: string, visit: Visit): Promise<[Army, Army]> {
  const [army, opponent] = await Promise.all([armyNamed(one, visit), armyNamed(other, visit)])
  mustDiffer(army, opponent)
  return [army, opponent]
}

/** @throws Refusal */
export function mustDiffer(army: Army, opponent: Army): void {
  if (army.name !== opponent.name) return
  throw new Refusal(`${army.name} cannot fight itself: name two different armies.`)
}
