/**
 * A person at their own page: a cookie, and a record that is known by the SHA-256 of it alone.
 *
 * It is no token: nothing else is opened by it, and no grant and no authorization opens this. It ends after
 * ACCOUNT_SESSION_TTL however much it is used, with the provider's session, and when the person leaves.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { sha256 } from '../oauth/token-value.ts'
import type { AccountSessionRecord, AccountTransaction } from '../store/records/login.ts'
import { displayName } from '../students/display-name.ts'
import type { Person } from '../students/student.ts'
import type { Identity } from '../upstream/upstream.ts'
import { cookieAttributes, cookieName } from './cookie.ts'
import type { AccountRoom } from './room.ts'

const COOKIE = 'account'
const VALUE = /^[A-Za-z0-9_-]{43}$/
const login = z.object({ name: z.string(), idToken: z.string() })

export interface AccountSession {
  id: string
  record: AccountSessionRecord
  /** The provider's word for the person. */
  name: string
  idToken: string
  /** Stands in each form of this session; it cannot be had without the cookie. */
  formToken: string
}

/** Always a new one: what a browser brought before the login is worth nothing after it (session fixation). */
export async function openSession(
  room: AccountRoom,
  request: FastifyRequest,
  reply: FastifyReply,
  transaction: AccountTransaction,
  identity: Identity,
  person: Person,
): Promise<void> {
  await forget(room, request)
  const value = randomBytes(32).toString('base64url')
  const id = sha256(value)
  const lifetime = room.config.ACCOUNT_SESSION_TTL
  const kept: z.infer<typeof login> = { name: displayName(identity), idToken: identity.idToken }
  await room.store.put(
    'account_session',
    id,
    {
      version: 1,
      personId: person.personId,
      iss: identity.iss,
      sub: identity.sub,
      ...(identity.sid === undefined ? {} : { sid: identity.sid }),
      provider: transaction.provider,
      login: room.keys.encrypt(`account_session:${id}`, JSON.stringify(kept)),
      begunAt: transaction.startedAt,
      expiresAt: room.now() + lifetime * 1000,
    },
    lifetime * 1000,
  )
  reply.setCookie(cookieName(room, COOKIE), value, { ...cookieAttributes(room), maxAge: lifetime })
}

/** The session of this browser, while the provider's lasts. @throws StoreUnavailableError */
export async function sessionOf(
  room: AccountRoom,
  request: FastifyRequest,
): Promise<AccountSession | undefined> {
  const value = cookieOf(room, request)
  if (value === undefined) return undefined
  const id = sha256(value)
  const record = await room.store.get('account_session', id)
  if (!record || (await room.endedSessions.ended(record, record.begunAt))) return undefined
  const text = room.keys.decrypt(`account_session:${id}`, record.login)
  // Sealed under a key that is gone: log in again.
  if (text === undefined) return undefined
  const formToken = createHmac('sha256', value).update('form of the account').digest('base64url')
  return { id, record, ...login.parse(JSON.parse(text)), formToken }
}

/** Ends what this browser has, if anything. */
export async function closeSession(
  room: AccountRoom,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  await forget(room, request)
  if (request.cookies[cookieName(room, COOKIE)] !== undefined) {
    reply.clearCookie(cookieName(room, COOKIE), cookieAttributes(room))
  }
}

async function forget(room: AccountRoom, request: FastifyRequest): Promise<void> {
  const value = cookieOf(room, request)
  if (value !== undefined) await room.store.drop('account_session', sha256(value))
}

function cookieOf(room: AccountRoom, request: FastifyRequest): string | undefined {
  const value = request.cookies[cookieName(room, COOKIE)]
  return value !== undefined && VALUE.test(value) ? value : undefined
}
