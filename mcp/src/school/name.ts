/** Names as people say them: their case and spacing do not count, and a slip leads to the names that are near. */

/** The form in which two spellings of one name are equal. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
}

const MOST_NEAR_NAMES = 3

/** The names that may have been meant, nearest first: near as a whole, or in one of their words. */
export function nearNames(asked: string, names: readonly string[]): string[] {
  const key = nameKey(asked)
  const allowed = Math.max(1, Math.floor(key.length / 3))
  return names
    .map((name) => {
      const candidate = nameKey(name)
      const distances = [candidate, ...candidate.split(' ')].map((part) => distance(key, part))
      return { name, distance: Math.min(...distances) }
    })
    .filter((candidate) => candidate.distance <= allowed)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, MOST_NEAR_NAMES)
    .map((candidate) => candidate.name)
}

/** Edits from one to the other, two exchanged neighbours being one (optimal string alignment). */
function distance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let edits = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      )
      const exchanged =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1]
      if (exchanged) edits = Math.min(edits, at(beforeLast, column - 2) + 1)
      current.push(edits)
    }
    beforeLast = last
    last = current
  }
  return at(last, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
