/**
 * Who stands before a page of this room. Read anew for each request, from the store: a session says who somebody is, never what
 * they may do.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { refuseForeignPost } from '../http/foreign-post.ts'
import { formOf } from '../http/form-body.ts'
import type { Form } from '../oauth/form.ts'
import { hashMatches, sha256 } from '../oauth/token-value.ts'
import { PageError } from '../pages/page-error.ts'
import type { Standing } from '../students/directory.ts'
import type { AccountRoom } from './room.ts'
import { type AccountSession, closeSession, sessionOf } from './session.ts'

export interface Visitor {
  session: AccountSession
  personId: string
  standing: Standing
}

/** Undefined for nobody, and for whoever is no longer enrolled: their session ends. @throws StoreUnavailableError */
export async function visitorOf(
  room: AccountRoom,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Visitor | undefined> {
  const session = await sessionOf(room, request)
  const { personId } = session?.record ?? {}
  const standing = personId === undefined ? undefined : await room.directory.standing(personId)
  if (session && personId !== undefined && standing) return { session, personId, standing }
  await closeSession(room, request, reply)
  return undefined
}

/**
 * A form of ours, answered by the one who was shown it: from our own origin, with the cookie of a session and the token that
 * stands in the forms of that very session.
 * @throws PageError
 */
export async function answered(
  room: AccountRoom,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ visitor: Visitor; form: Form }> {
  refuseForeignPost(request, room.urls.origin)
  const form = formOf(request)
  const visitor = await visitorOf(room, request, reply)
  if (!visitor) throw new PageError('expired', 400, 'no account session')
  if (!hashMatches(form.get('token') ?? '', sha256(visitor.session.formToken))) {
    throw new PageError('forged_form', 403, 'the form is of another session')
  }
  return { visitor, form }
}

/** @throws PageError for whoever is no instructor now, whatever they were when they signed in */
export function requireInstructor({ standing }: Visitor): void {
  if (standing.roles.includes('instructor')) return
  throw new PageError('instructors_only', 403, 'not an instructor')
}
