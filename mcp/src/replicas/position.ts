/** A place in a log: `<ms>-<count>`, as Redis Streams number their entries. Later places are greater. */
export type Position = string

/** Before everything. */
export const START: Position = '0-0'

/** Greater, equal or less than 0, as positions are ordered. */
export function comparePositions(a: Position, b: Position): number {
  const [aTime = 0, aCount = 0] = a.split('-').map(Number)
  const [bTime = 0, bCount = 0] = b.split('-').map(Number)
  return aTime - bTime || aCount - bCount
}

/** Positions of a log in memory: each greater than the one before, whatever the clock does. */
export function createPositions(now: () => number): () => Position {
  let time = 0
  let count = 0
  return () => {
    const current = Math.max(now(), time)
    count = current === time ? count + 1 : 0
    time = current
    return `${time}-${count}`
  }
}
