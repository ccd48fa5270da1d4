import { ProblemsError } from './problems-error.ts'

/**
 * The entries of a setting that is a JSON array; none where it is empty.
 * @throws ProblemsError without a cause: its message may quote what was read, secrets among it
 */
export function jsonEntries(json: string): unknown[] {
  if (json === '') return []
  let entries: unknown
  try {
    entries = JSON.parse(json)
  } catch {
    throw new ProblemsError(['is not JSON'])
  }
  if (!Array.isArray(entries)) throw new ProblemsError(['has to be a JSON array'])
  return entries
}
