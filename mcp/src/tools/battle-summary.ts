/** What anybody at the school may know of a battle: the shape, and how it is filled. */
import { z } from 'zod'
import type { Battle } from '../school/battle.ts'

export const battleSummary = z.strictObject({
  id: z.string(),
  armies: z.array(z.string()).describe('The two that meet.'),
  time: z.string().describe('When it begins: ISO 8601, in UTC.'),
  winner: z.string().nullable().describe('Null until it is fought.'),
})

export function summarizeBattle({ id, armies, time, result }: Battle) {
  return { id, armies: [...armies], time, winner: result?.winner ?? null }
}

export const standing = z.strictObject({
  place: z.int().positive().describe('Armies with equal records share one.'),
  army: z.string(),
  wins: z.int().nonnegative(),
  losses: z.int().nonnegative(),
})
