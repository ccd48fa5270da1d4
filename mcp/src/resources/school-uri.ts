/** The URIs of the school's resources (RFC 3986): names are percent-encoded. */
const STUDENTS = 'school://students/'
const ARMIES = 'school://armies/'
export const STANDINGS = 'school://standings'

export const STUDENT_TEMPLATE = `${STUDENTS}{id}`
export const ARMY_TEMPLATE = `${ARMIES}{name}`

export function studentUri(id: string): string {
  return STUDENTS + encodeURIComponent(id)
}

export function armyUri(name: string): string {
  return ARMIES + encodeURIComponent(name)
}

export type Target = { student: string } | { army: string } | { standings: true }

/** Longer ones name nothing at the school, and are not looked at. */
export const LONGEST_URI = 1_000

/** What a URI names; undefined where it is none of ours. */
export function targetOf(uri: string): Target | undefined {
  if (uri.length > LONGEST_URI) return undefined
  if (uri === STANDINGS) return { standings: true }
  for (const [prefix, kind] of [
    [STUDENTS, 'student'],
    [ARMIES, 'army'],
  ] as const) {
    const name = uri.startsWith(prefix) ? decoded(uri.slice(prefix.length)) : undefined
    if (name !== undefined) return kind === 'student' ? { student: name } : { army: name }
  }
  return undefined
}

function decoded(segment: string): string | undefined {
  if (segment === '' || /[/?#]/.test(segment)) return undefined
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
