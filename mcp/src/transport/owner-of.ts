/** Whose session it is that this caller begins, or may use. */
import type { Caller } from '../authentication/person.ts'
import type { Owner } from '../sessions/session.ts'

export function ownerOf(caller: Caller): Owner {
  return { person: caller.extra.person.id, client: caller.clientId }
}
