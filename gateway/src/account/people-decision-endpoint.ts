/**
 * POST /account/people/decision: an instructor approves or refuses somebody who waits.
 *
 * Instructor rights are read for this request. Approved without a student number a person becomes a new cadet. Of two who decide
 * at once one is told that nobody waits any more. Writes through the directory. Answers 303 to the page.
 */
import type { FastifyInstance } from 'fastify'
import type { Notice } from '../pages/messages/account-en.ts'
import { PageError } from '../pages/page-error.ts'
import { leaveNotice } from './notice.ts'
import { addressOf, filterOf, studentOf } from './people-filter.ts'
import type { AccountRoom } from './room.ts'
import { answered, requireInstructor } from './visitor.ts'

export function peopleDecisionEndpoint(app: FastifyInstance, room: AccountRoom): void {
  app.post('/account/people/decision', async (request, reply) => {
    const { visitor, form } = await answered(room, request, reply)
    requireInstructor(visitor)
    const filter = filterOf((name) => (name === 'person' ? form.get('person') : undefined))
    if (filter === undefined || !('person' in filter)) {
      throw new PageError('invalid_request', 400, 'a decision about nobody')
    }
    const notice = await decide(room, filter.person, visitor.personId, {
      decision: form.get('decision'),
      student: form.get('student'),
    })
    leaveNotice(room, reply, notice)
    return reply
      .header('cache-control', 'no-store')
      .redirect(`${room.urls.origin}${addressOf(undefined)}`, 303)
  })
}

async function decide(
  room: AccountRoom,
  personId: string,
  by: string,
  { decision, student }: { decision: string | undefined; student: string | undefined },
): Promise<Notice> {
  if (decision === 'refuse') {
    return (await room.directory.refuse(personId, { by })) ? 'refused' : 'not_waiting'
  }
  if (decision !== 'approve') throw new PageError('invalid_request', 400, 'no such decision')
  const studentId = studentOf(student)
  // Somebody was meant: a slip of the pen must not make a new cadet.
  if (student !== undefined && studentId === undefined) return 'unknown_student'
  const { outcome } = await room.directory.approve(personId, {
    by,
    ...(studentId === undefined ? {} : { studentId }),
  })
  return outcome
}
