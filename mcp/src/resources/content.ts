/** What can be read at a URI of the school, and by whom: one place for resources/read and resources/subscribe. */
import { ResourceNotFoundError } from '@modelcontextprotocol/server'
import { mayInstruct } from '../authentication/person.ts'
import { type Army, membersOf } from '../school/army.ts'
import { summarize, withoutVictories } from '../school/army-summary.ts'
import { standingsOf } from '../school/standings.ts'
import { viewOfStudent } from '../visit/student-view.ts'
import { type Visit, visitor } from '../visit/visit.ts'
import { armyUri, STANDINGS, studentUri, targetOf } from './school-uri.ts'

export interface Content {
  /** The one under which changes are announced; names in another case lead here too. */
  uri: string
  value: object
}

/**
 * @throws Refusal where the login does not fit the school
 * @throws ResourceNotFoundError
 */
export async function contentOf(uri: string, visit: Visit): Promise<Content> {
  await visitor(visit)
  const { school } = visit
  const target = targetOf(uri)
  if (target === undefined) throw new ResourceNotFoundError(uri)
  if ('standings' in target) {
    return { uri: STANDINGS, value: { standings: standingsOf((await school.scoreboard()).armies) } }
  }
  if ('army' in target) {
    const army = await school.armyNamed(target.army)
    if (army === undefined) throw new ResourceNotFoundError(uri)
    return { uri: armyUri(army.name), value: await armyView(army, visit) }
  }
  const [student] = await school.students([target.student])
  if (student === undefined) throw new ResourceNotFoundError(uri)
  return { uri: studentUri(student.id), value: await viewOfStudent(student, visit) }
}

async function armyView(army: Army, { person, school }: Visit): Promise<object> {
  const { summary, soldiers } = await summarize(army, school)
  const own = person.studentId !== undefined && membersOf(army).includes(person.studentId)
  const whole = own || mayInstruct(person)
  return { ...summary, soldiers: whole ? soldiers : withoutVictories(soldiers) }
}
