/** A battle on paper: what might happen, from two armies' records. The same records and seed give the same battle. */
import { createHash } from 'node:crypto'
import type { Army } from './army.ts'

export interface Move {
  round: number
  army: string
  move: string
  /** Rounds won so far, in the order of the armies. */
  score: [number, number]
}

const drills = [
  'attacks feet first from the gate',
  'holds the stars in the middle',
  'sends one toon around the flank',
  'freezes the opponent’s vanguard',
  'feints, and comes from above',
]

/** Lazy, so that whoever watches sets the pace, and may stop. */
export function* simulated(
  armies: readonly [Army, Army],
  rounds: number,
  seed: string,
): Generator<Move> {
  const [one, other] = armies
  const chance = strength(one) / (strength(one) + strength(other))
  const score: [number, number] = [0, 0]
  for (let round = 1; round <= rounds; round++) {
    const side = fraction(seed, one, other, round, 'side') < chance ? 0 : 1
    const army = armies[side]
    const choices = [
      ...army.knownTactics.map((tactic) => `uses ${tactic.toLowerCase()}`),
      ...drills,
    ]
    const choice = Math.floor(fraction(seed, one, other, round, 'move') * choices.length)
    score[side]++
    yield { round, army: army.name, move: choices[choice] ?? '', score: [...score] }
  }
}

/** Share of battles won, never quite nothing nor everything. */
function strength({ wins, losses }: Army): number {
  return (wins + 1) / (wins + losses + 2)
}

/** In [0, 1): by hash, so that no state is carried from one round to the next. */
function fraction(seed: string, one: Army, other: Army, round: number, what: string): number {
  const text = JSON.stringify([seed, one.name, other.name, round, what])
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32
}
