/** Variables that nobody reads, and that somebody meant as a setting: the gateway takes no notice of them. */
import { secretSettings, settings } from '../settings.ts'

/** Shorter names are near too many others. */
const SHORTEST = 6
const LONG = 10

const known = [...Object.keys(settings.shape), ...secretSettings.map((name) => `${name}_FILE`)]

/** @returns a sentence for each name that is nearly a setting's, in two letters, or in one of a short name */
export function misspelt(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment).flatMap((name) => {
    if (name.length < SHORTEST || known.includes(name)) return []
    const limit = name.length < LONG ? 1 : 2
    const [nearest] = known
      .filter((setting) => setting.length >= SHORTEST)
      .map((setting) => ({ setting, steps: distance(name, setting) }))
      .filter(({ steps }) => steps <= limit)
      .sort((a, b) => a.steps - b.steps)
    return nearest ? [`${name} is no setting: ${nearest.setting}?`] : []
  })
}

/** Of Levenshtein: letters put in, taken out or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const above = row
    row = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replaced = (above[j] ?? 0) + (letter === other ? 0 : 1)
      row.push(Math.min(replaced, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1))
    }
  }
  return row[b.length] ?? 0
}
