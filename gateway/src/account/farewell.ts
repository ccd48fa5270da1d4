/**
 * What a browser that signs out did: its own cookie remembers, until it is told. The `state` of RP-Initiated Logout is in it, so
 * that only the provider's own answer says that its session ended (OpenID Connect RP-Initiated Logout 1.0 §3).
 */
import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { hashMatches, sha256 } from '../oauth/token-value.ts'
import type { Farewell } from '../pages/messages/account-en.ts'
import { cookieAttributes, cookieName } from './cookie.ts'
import type { AccountRoom } from './room.ts'

const COOKIE = 'farewell'
/** Seconds: some providers ask the person first. */
const LIFETIME = 600
const VALUE = /^(here|everywhere)\.([A-Za-z0-9_-]{43})$/

/** Returns the state for the provider. */
export function rememberFarewell(
  room: AccountRoom,
  reply: FastifyReply,
  from: 'here' | 'everywhere',
): string {
  const state = randomBytes(32).toString('base64url')
  reply.setCookie(cookieName(room, COOKIE), `${from}.${state}`, {
    ...cookieAttributes(room),
    maxAge: LIFETIME,
  })
  return state
}

/** Told once. @param state what the provider sent back, if anything */
export function takeFarewell(
  room: AccountRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  state: string | null,
): Farewell {
  const cookie = request.cookies[cookieName(room, COOKIE)]
  if (cookie === undefined) return 'unknown'
  reply.clearCookie(cookieName(room, COOKIE), cookieAttributes(room))
  const [, from, expected = ''] = VALUE.exec(cookie) ?? []
  if (from === 'here') return 'here'
  if (from !== 'everywhere') return 'unknown'
  return hashMatches(state ?? '', sha256(expected)) ? 'everywhere' : 'everywhere_but_provider'
}
