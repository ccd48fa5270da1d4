/** How often forms of our own pages may be answered that lead to a provider, or back from one: each makes us write. */
import type { FastifyRequest } from 'fastify'
import type { RateLimit } from './rate-limit.ts'

/** Milliseconds, and how many in it: from one address, behind which there may be a whole office, and in all. */
const MINUTE = 60_000
const MOST = { ofOne: 600, ofAll: 6_000 }

/** @throws OAuthError 429 with Retry-After (RFC 6585 §4), and then the form is not used up */
export function spendLogin({ rateLimit }: { rateLimit: RateLimit }, request: FastifyRequest) {
  return rateLimit.spendOf('logins', request.ip, MOST, MINUTE)
}
