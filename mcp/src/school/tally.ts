/** Victories and defeats in battles that were reported here; an army's record holds those of before. */
import type { Army } from './army.ts'

export interface Tally {
  wins: number
  losses: number
}

/** The army with what it has won and lost since. */
export function withTally(army: Army, { wins, losses }: Tally): Army {
  return { ...army, wins: army.wins + wins, losses: army.losses + losses }
}
