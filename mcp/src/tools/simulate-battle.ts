/** simulate_battle: a battle on paper, told move by move with progress and log. Changes nothing. */
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { type Move, simulated } from '../school/simulation.ts'
import { Refusal } from '../visit/refusal.ts'
import { visitor } from '../visit/visit.ts'
import { armyArgument, opponents } from './army-argument.ts'
import { tool } from './tool.ts'

const MOST_ROUNDS = 50
/** ms for a whole simulation: a call must not outlast the patience of clients and proxies. */
const LONGEST = 60_000

export const simulateBattle = tool({
  name: 'simulate_battle',
  title: 'Simulate a battle',
  description:
    'Plays a battle of two armies on paper, from their records, and logs each round. The same seed gives the same battle as long as the records stay. Nothing is scheduled or counted.',
  audience: 'all',
  scopes: ['school:read'],
  input: z.strictObject({
    armyName: armyArgument('Name of the first army.'),
    opponentName: armyArgument('Name of the second army.'),
    rounds: z.int().min(1).max(MOST_ROUNDS).default(9).describe('How many rounds are fought.'),
    seed: z.string().max(100).default('').describe('Another seed, another battle.'),
    roundTime: z
      .int()
      .min(0)
      .max(5_000)
      .default(0)
      .describe('Milliseconds from one round to the next, to watch it live.'),
  }),
  output: z.strictObject({
    armies: z.array(z.string()),
    score: z.array(z.int().nonnegative()).describe('Rounds won, in the order of the armies.'),
    winner: z.string().nullable().describe('Null for a draw.'),
    moves: z.array(
      z.strictObject({ round: z.int().positive(), army: z.string(), move: z.string() }),
    ),
  }),
  async answer({ armyName, opponentName, rounds, seed, roundTime }, visit, context) {
    await visitor(visit)
    const armies = await opponents(armyName, opponentName, visit)
    if (rounds * roundTime > LONGEST) {
      throw new Refusal(
        `A simulation takes no longer than ${LONGEST / 1_000} seconds: ask for fewer rounds, or a shorter roundTime.`,
      )
    }
    const moves: Move[] = []
    for (const move of simulated(armies, rounds, seed)) {
      // Even without a pause others get their turn, and with them the news that this call is cancelled.
      await pause(roundTime, undefined, { signal: context.mcpReq.signal })
      moves.push(move)
      await tell(move, rounds, context)
    }
    const [won = 0, lost = 0] = moves.at(-1)?.score ?? []
    const [one, other] = armies.map(({ name }) => name)
    return {
      armies: armies.map(({ name }) => name),
      score: [won, lost],
      winner: (won === lost ? null : won > lost ? one : other) ?? null,
      moves: moves.map(({ round, army, move }) => ({ round, army, move })),
    }
  },
})

/** Progress for whoever gave a token (MCP, Utilities, “Progress”), and a line of log at whoever's level lets it pass. */
async function tell(
  { round, army, move, score }: Move,
  total: number,
  { mcpReq }: ServerContext,
): Promise<void> {
  const message = `Round ${round}: ${army} ${move} (${score.join(':')})`
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken !== undefined) {
    const params = { progressToken, progress: round, total, message }
    await mcpReq.notify({ method: 'notifications/progress', params })
  }
  await mcpReq.log('info', message, 'simulate_battle')
}
