/** What a page says once, after a form was answered: a word in a cookie, so that no link can make a page say it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { NOTICES, type Notice } from '../pages/messages/account-en.ts'
import type { AccountRoom } from './room.ts'

const notice = z.enum(NOTICES)

/** Seconds: it is read by the page that the redirect leads to. */
const LIFETIME = 60

export function leaveNotice(room: AccountRoom, reply: FastifyReply, word: Notice): void {
  reply.setCookie(nameOf(room), word, { ...attributes(room), maxAge: LIFETIME })
}

export function takeNotice(
  room: AccountRoom,
  request: FastifyRequest,
  reply: FastifyReply,
): Notice | undefined {
  const value = request.cookies[nameOf(room)]
  if (value === undefined) return undefined
  reply.clearCookie(nameOf(room), attributes(room))
  return notice.safeParse(value).data
}

function nameOf({ urls }: AccountRoom): string {
  return urls.secure ? '__Host-bsg-notice' : 'bsg-notice'
}

function attributes({ urls }: AccountRoom) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: urls.secure } as const
}
