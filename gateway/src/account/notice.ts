/** What a page says once, after a form was answered: a word in a cookie, so that no link can make a page say it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { NOTICES, type Notice } from '../pages/messages/account-en.ts'
import { cookieAttributes, cookieName } from './cookie.ts'
import type { AccountRoom } from './room.ts'

const notice = z.enum(NOTICES)

const COOKIE = 'notice'
/** Seconds: it is read by the page that the redirect leads to. */
const LIFETIME = 60

export function leaveNotice(room: AccountRoom, reply: FastifyReply, word: Notice): void {
  reply.setCookie(cookieName(room, COOKIE), word, { ...cookieAttributes(room), maxAge: LIFETIME })
}

export function takeNotice(
  room: AccountRoom,
  request: FastifyRequest,
  reply: FastifyReply,
): Notice | undefined {
  const value = request.cookies[cookieName(room, COOKIE)]
  if (value === undefined) return undefined
  reply.clearCookie(cookieName(room, COOKIE), cookieAttributes(room))
  return notice.safeParse(value).data
}
