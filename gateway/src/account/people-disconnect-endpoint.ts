/**
 * POST /account/people/disconnect: an instructor ends one grant, all of a person, or all of a client.
 *
 * Instructor rights are read for this request, and who did it is in the audit trail. Revokes grants; every replica refuses their
 * tokens and closes their streams (docs/adr/0013). Answers 303 to the page that was looked at.
 */
import type { FastifyInstance } from 'fastify'
import { revokeGrant } from '../operations/revoke-grant.ts'
import { PageError } from '../pages/page-error.ts'
import type { Filter } from '../pages/people-page.ts'
import { leaveNotice } from './notice.ts'
import { addressOf, filterOf, indexOf } from './people-filter.ts'
import type { AccountRoom } from './room.ts'
import { answered, requireInstructor } from './visitor.ts'

/** At one press: of more the latest used stay on the page, to be pressed again. */
const MOST = 1000

export function peopleDisconnectEndpoint(app: FastifyInstance, room: AccountRoom): void {
  app.post('/account/people/disconnect', async (request, reply) => {
    const { visitor, form } = await answered(room, request, reply)
    requireInstructor(visitor)
    const filter = filterOf((name) => form.get(name))
    if (filter === undefined) throw new PageError('invalid_request', 400, 'of nobody')
    const wanted = form.get('grant')
    for (const grant of await chosen(room, filter, wanted)) {
      await revokeGrant(room, grant, {
        ...('person' in filter ? { person: filter.person } : { client_id: filter.client }),
        by: visitor.personId,
        why: 'an instructor disconnected it',
      })
    }
    leaveNotice(room, reply, wanted === 'all' ? 'disconnected_all' : 'disconnected')
    return reply
      .header('cache-control', 'no-store')
      .redirect(`${room.urls.origin}${addressOf(filter)}`, 303)
  })
}

async function chosen(room: AccountRoom, filter: Filter, wanted = ''): Promise<string[]> {
  if (wanted === 'all') return room.store.grantsOf(indexOf(filter), MOST)
  return (await room.store.isAlive(wanted, indexOf(filter))) ? [wanted] : []
}
