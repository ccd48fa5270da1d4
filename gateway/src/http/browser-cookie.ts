/**
 * The cookie that ties one authorization to one browser (RFC 9700 §4.7; peers' CVE-2026-27124).
 *
 * One cookie a transaction, named by its id, so that two can be open at once (C40); at most eight, the oldest go first.
 * The value is `<time>.<secret>`: only its SHA-256 leaves the browser's side, and PKCE verifier and nonce of the login
 * are derived from it, so the store never holds them.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { hashMatches, sha256 } from '../oauth/token-value.ts'

const MAX_COOKIES = 8
const ID = /^[A-Za-z0-9_-]{22}$/
const VALUE = /^[0-9a-z]{1,11}\.[A-Za-z0-9_-]{43}$/

export interface BrowserCookies {
  /** Binds this browser to `id` by that value. */
  bind(request: FastifyRequest, reply: FastifyReply, id: string, value: string): void
  /** The cookie's value, where this browser holds the one with that hash. */
  prove(request: FastifyRequest, id: string, hash: string): string | undefined
  clear(reply: FastifyReply, id: string): void
}

export function newTransactionId(): string {
  return randomBytes(16).toString('base64url')
}

/** A fresh value for a cookie, and the SHA-256 by which it is known. */
export function newBrowserSecret(now: number): { value: string; hash: string } {
  const value = `${now.toString(36)}.${randomBytes(32).toString('base64url')}`
  return { value, hash: sha256(value) }
}

export function isTransactionId(value: string | undefined): value is string {
  return value !== undefined && ID.test(value)
}

/** @param options.lifetime seconds */
export function createBrowserCookies(options: {
  secure: boolean
  lifetime: number
}): BrowserCookies {
  // __Host- demands Secure, which plain http on loopback cannot give (RFC 6265bis §4.1.3.2).
  const prefix = options.secure ? '__Host-bsg-authorize-' : 'bsg-authorize-'
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: options.secure } as const

  const held = (request: FastifyRequest) =>
    Object.entries(request.cookies)
      .filter(([name, value]) => name.startsWith(prefix) && VALUE.test(value ?? ''))
      .map(([name, value]) => ({ name, since: Number.parseInt(value?.split('.')[0] ?? '', 36) }))
      .sort((a, b) => a.since - b.since)

  return {
    bind(request, reply, id, value) {
      const others = held(request).filter(({ name }) => name !== `${prefix}${id}`)
      for (const { name } of others.slice(0, Math.max(0, others.length - MAX_COOKIES + 1))) {
        reply.clearCookie(name, attributes)
      }
      reply.setCookie(`${prefix}${id}`, value, { ...attributes, maxAge: options.lifetime })
    },
    prove(request, id, hash) {
      const value = request.cookies[`${prefix}${id}`]
      return value !== undefined && hashMatches(value, hash) ? value : undefined
    },
    clear(reply, id) {
      reply.clearCookie(`${prefix}${id}`, attributes)
    },
  }
}

/** The checks of the login that this cookie's browser began: the same each time they are asked for. */
export function loginChecks(
  state: string,
  cookieValue: string,
): { state: string; nonce: string; codeVerifier: string } {
  const derive = (what: string) =>
    createHmac('sha256', cookieValue).update(`${what}:${state}`).digest('base64url')
  return { state, nonce: derive('nonce'), codeVerifier: derive('code_verifier') }
}
