/** The order of the armies: most wins first, then fewest losses; armies that are equal in both share a place. */
import type { Army } from './army.ts'
import { nameKey } from './name.ts'

export interface Standing {
  place: number
  army: string
  wins: number
  losses: number
}

/** Armies that share a place come by name, so that the order is the same each time. */
export function standingsOf(armies: readonly Army[]): Standing[] {
  const ordered = [...armies].sort(
    (a, b) =>
      b.wins - a.wins || a.losses - b.losses || (nameKey(a.name) < nameKey(b.name) ? -1 : 1),
  )
  return ordered.map(({ name, wins, losses }) => {
    const place = ordered.findIndex((army) => army.wins === wins && army.losses === losses) + 1
    return { place, army: name, wins, losses }
  })
}
