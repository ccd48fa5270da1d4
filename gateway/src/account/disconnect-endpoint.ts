/**
 * POST /account/disconnect: the person takes back what they granted, one client or all.
 *
 * Reads and revokes grants of this person and of nobody else; every replica refuses their tokens and closes their streams
 * (docs/adr/0013). Answers 303 to /account, the same for a grant that is another's or gone.
 */
import type { FastifyInstance } from 'fastify'
import { revokeGrant } from '../operations/revoke-grant.ts'
import { leaveNotice } from './notice.ts'
import type { AccountRoom } from './room.ts'
import { answered } from './visitor.ts'

export function disconnectEndpoint(app: FastifyInstance, room: AccountRoom): void {
  app.post('/account/disconnect', async (request, reply) => {
    const { visitor, form } = await answered(room, request, reply)
    const { personId } = visitor
    const wanted = form.get('grant')
    const own = await room.store.grantsOf({ personId })
    const chosen = wanted === 'all' ? own : own.filter((id) => id === wanted)
    for (const grant of chosen) {
      await revokeGrant(room, grant, { person: personId, why: 'the person disconnected it' })
    }
    leaveNotice(room, reply, wanted === 'all' ? 'disconnected_all' : 'disconnected')
    return reply.header('cache-control', 'no-store').redirect(room.urls.account, 303)
  })
}
