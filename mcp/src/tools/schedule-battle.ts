/** schedule_battle: a commander or an instructor schedules a battle, once the person has confirmed it. */
import { randomUUID } from 'node:crypto'
import type { InputRequiredResult } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { mayInstruct } from '../authentication/person.ts'
import { INSTRUCT } from '../authentication/scope.ts'
import type { Army } from '../school/army.ts'
import { BATTLE_LENGTH, MOST_OPEN_BATTLES } from '../school/battle.ts'
import type { Scheduling } from '../school/battles.ts'
import { confirmation } from '../visit/confirmation.ts'
import { Refusal } from '../visit/refusal.ts'
import { armyNamed, mustHoldInstruct, type Visit, visitor } from '../visit/visit.ts'
import { armyArgument, mustDiffer } from './army-argument.ts'
import { battleSummary, summarizeBattle } from './battle-summary.ts'
import { tool } from './tool.ts'

const name = 'schedule_battle'
/** ms; nobody plans further ahead. */
const FARTHEST = 365 * 86_400_000

const output = z.strictObject({
  outcome: z
    .enum(['scheduled', 'known', 'declined'])
    .describe(
      'known: the same battle was scheduled before. declined: the person did not confirm, and nothing was scheduled.',
    ),
  battle: battleSummary.nullable(),
})

export const scheduleBattle = tool({
  name,
  title: 'Schedule a battle',
  description:
    'Schedules a battle against another army. For the commander of an army, and for instructors, who name both armies. The person is asked to confirm before anything is scheduled.',
  audience: 'all',
  scopes: ['school:read', 'school:write'],
  // A battle that was scheduled before is not scheduled again.
  annotations: { destructiveHint: false, idempotentHint: true },
  input: z.strictObject({
    opponentName: armyArgument('Name of the army to fight against, e.g. “Phoenix Army”.'),
    time: z.iso
      .datetime({ offset: true })
      .max(40)
      .describe('When it begins: ISO 8601 with time zone, e.g. “2030-01-31T10:00:00Z”.'),
    armyName: armyArgument(
      'Name of the army that is scheduled for. Instructors only; a commander’s own is meant without it.',
    ).optional(),
  }),
  output,
  async answer(input, visit, context): Promise<z.infer<typeof output> | InputRequiredResult> {
    const army = await armyToLead(input.armyName, visit)
    const opponent = await armyNamed(input.opponentName, visit)
    mustDiffer(army, opponent)
    const time = comingTime(input.time, visit)
    const question = `Schedule a battle of ${army.name} against ${opponent.name}, beginning at ${time}?`
    const answer = await confirmation({ tool: name, input, question }, visit, context)
    if ('ask' in answer) return answer.ask
    if (!answer.confirmed) return { outcome: 'declined', battle: null }
    const scheduling = await visit.school.battles.schedule({
      id: randomUUID(),
      armies: [army.name, opponent.name],
      time,
      scheduledBy: visit.person.id,
      status: 'scheduled',
    })
    return told(scheduling)
  },
})

/** @throws Refusal where the visitor may not schedule for that army */
async function armyToLead(armyName: string | undefined, visit: Visit): Promise<Army> {
  const { person, school } = visit
  const self = await visitor(visit)
  if (self === undefined) mustHoldInstruct(visit, [INSTRUCT])
  const own = self && (await school.armyOf(self.id))
  const army = armyName === undefined ? own : await armyNamed(armyName, visit)
  if (army === undefined) {
    throw new Refusal(
      self === undefined
        ? 'You are signed in as an instructor, and command no army. Give armyName, the army to schedule for.'
        : 'You are not assigned to an army.',
    )
  }
  if (army.commanderId !== self?.id && !mayInstruct(person)) {
    throw new Refusal(`Only its commander schedules battles of ${army.name}, and you are not.`)
  }
  return army
}

/** In UTC, so that one moment has one form. */
function comingTime(asked: string, { now }: Visit): string {
  const ahead = Date.parse(asked) - now()
  if (ahead <= 0) throw new Refusal(`${asked} is over: a battle is scheduled for a time to come.`)
  if (ahead > FARTHEST) throw new Refusal(`${asked} is more than a year away.`)
  return new Date(asked).toISOString()
}

/** @throws Refusal where the armies cannot fight then */
function told(scheduling: Scheduling): z.infer<typeof output> {
  switch (scheduling.outcome) {
    case 'busy': {
      const { armies, time } = scheduling.battle
      throw new Refusal(
        `${armies[0]} and ${armies[1]} meet at ${time}, and a battle takes ${BATTLE_LENGTH / 60_000} minutes: one of the armies is not free. Nothing was scheduled.`,
      )
    }
    case 'full':
      throw new Refusal(
        `${scheduling.army} has ${MOST_OPEN_BATTLES} battles before it, and no more are scheduled until one is reported. Nothing was scheduled.`,
      )
  }
  const { outcome, battle } = scheduling
  return { outcome, battle: summarizeBattle(battle) }
}
