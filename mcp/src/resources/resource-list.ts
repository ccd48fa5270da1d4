/** resources/list (MCP, Resources): what is at the school for this person, page by page. McpServer has no pages of its own. */
import type { ListResourcesResult, Resource } from '@modelcontextprotocol/server'
import { mayInstruct } from '../authentication/person.ts'
import { schoolIcons } from '../icons.ts'
import { isAdmitted, type Visit } from '../visit/visit.ts'
import { pageOf } from './page.ts'
import { armyUri, STANDINGS, studentUri, targetOf } from './school-uri.ts'

export const PAGE = 50
export const JSON_TYPE = 'application/json'

export async function resourceList(
  cursor: string | undefined,
  visit: Visit,
): Promise<ListResourcesResult> {
  const { uris, ...next } = pageOf(await urisFor(visit), cursor, PAGE)
  return { resources: await described(uris, visit), ...next }
}

/** Without school:read only what is there for everybody: reading that is answered with the challenge for the scope. */
async function urisFor(visit: Visit): Promise<string[]> {
  if (!(await isAdmitted(visit))) return [STANDINGS]
  const [armies, students] = await Promise.all([visit.school.armyNames(), studentIdsFor(visit)])
  return [STANDINGS, ...armies.map(armyUri), ...students.map(studentUri)]
}

/** Ids that the person may know: their own, and those of all for an instructor. */
export async function studentIdsFor({ person, school }: Visit): Promise<string[]> {
  if (mayInstruct(person)) return await school.studentIds()
  return person.studentId === undefined ? [] : [person.studentId]
}

async function described(uris: readonly string[], { school }: Visit): Promise<Resource[]> {
  const targets = uris.flatMap((uri) => {
    const target = targetOf(uri)
    return target === undefined ? [] : [{ uri, target }]
  })
  const ids = targets.flatMap(({ target }) => ('student' in target ? [target.student] : []))
  const students = ids.length === 0 ? [] : await school.students(ids)
  const names = new Map(students.map(({ id, name }) => [id, name]))
  return targets.flatMap(({ uri, target }): Resource[] => {
    const common = { uri, mimeType: JSON_TYPE, icons: schoolIcons }
    if ('standings' in target) return [{ ...common, name: 'standings', title: 'Standings' }]
    if ('army' in target) return [{ ...common, name: target.army, title: target.army }]
    const title = names.get(target.student)
    return title === undefined ? [] : [{ ...common, name: target.student, title }]
  })
}
