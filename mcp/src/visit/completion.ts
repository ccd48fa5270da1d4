/** What a person may be about to write (MCP, Completion): only what they may read, and nothing without school:read. */
import { nameKey, nearNames } from '../school/name.ts'
import { isAdmitted, protocolError, type Visit } from './visit.ts'

/** No name is longer; comparing one that is would only cost. */
const LONGEST_VALUE = 100

/** Names that begin so; then those with a word that does; then those that are near. The SDK answers the first hundred. */
export function completionsOf(value: string, names: readonly string[]): string[] {
  if (value.length > LONGEST_VALUE) return []
  const key = nameKey(value)
  const begun = names
    .filter((name) => ` ${nameKey(name)}`.includes(` ${key}`))
    .sort((a, b) => begins(b, key) - begins(a, key) || a.localeCompare(b))
  return [...new Set([...begun, ...nearNames(value, names)])]
}

function begins(name: string, key: string): number {
  return nameKey(name).startsWith(key) ? 1 : 0
}

/** @param names read when they are needed, for a person who may read them */
export function completing(visit: Visit, names: () => Promise<readonly string[]>) {
  return async (value = ''): Promise<string[]> => {
    try {
      return (await isAdmitted(visit)) ? completionsOf(value, await names()) : []
    } catch (error) {
      throw protocolError(error, visit)
    }
  }
}
