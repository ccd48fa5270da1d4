/** debrief: asks the model to go through an army's record and its last battles with whoever is signed in. */
import { z } from 'zod'
import type { Army } from '../school/army.ts'
import type { Battle } from '../school/battle.ts'
import { nameKey } from '../school/name.ts'
import { standingsOf } from '../school/standings.ts'
import { unknownName } from '../visit/refusal.ts'
import { visitor } from '../visit/visit.ts'
import { armyArgument } from './name-argument.ts'
import { prompt } from './prompt.ts'

const MOST_BATTLES = 5

export const debrief = prompt({
  name: 'debrief',
  title: 'Debrief of an army',
  description: 'A debrief of an army: its record, its place, and the last battles it fought.',
  audience: 'all',
  args: (visit) =>
    z.strictObject({ armyName: armyArgument('Name of the army, e.g. “Dragon Army”.', visit) }),
  async write({ armyName }, visit) {
    await visitor(visit)
    const { armies, battles } = await visit.school.scoreboard()
    const army = armies.find(({ name }) => nameKey(name) === nameKey(armyName))
    if (army === undefined) {
      throw unknownName(
        'army',
        armyName,
        armies.map(({ name }) => name),
      )
    }
    const place = standingsOf(armies).find((standing) => standing.army === army.name)?.place
    return brief(army, `${place} of ${armies.length}`, battlesOf(army, battles))
  },
})

/** One line for each, the last one first. */
function battlesOf({ name }: Army, battles: readonly Battle[]): string[] {
  return battles
    .toSorted((a, b) => (a.time < b.time ? 1 : -1))
    .flatMap(({ armies, time, result }) => {
      if (result === undefined || !armies.includes(name)) return []
      const won = result.winner === name
      return [`${time}: ${won ? 'won against' : 'lost to'} ${won ? result.loser : result.winner}`]
    })
    .slice(0, MOST_BATTLES)
}

function brief(army: Army, place: string, battles: readonly string[]): string {
  const { name, wins, losses, knownTactics } = army
  return `You debrief ${name} at Battle School, as an instructor who has seen its battles from above. Say what the record shows, what the last battles add to it, and name one thing to keep and one to change. Invent no facts beyond those below; where they are few, say so.

The army:
- Place in the standings: ${place}
- Record: ${wins} wins, ${losses} losses
- Known tactics: ${knownTactics.join(', ') || 'none'}

Its last battles, the latest first:
${battles.map((battle) => `- ${battle}`).join('\n') || '- none that is remembered'}`
}
