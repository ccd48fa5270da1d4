/** How often forms of our own pages may be answered that lead to a provider, or back from one: each makes us write. */
import type { FastifyRequest } from 'fastify'
import { ownerOf } from './client-network.ts'
import type { RateLimit } from './rate-limit.ts'

/** Milliseconds, and how many in it: from one site, which may be a whole office, in all, and from each site in any case. */
const MINUTE = 60_000
const MOST = { ofOne: 600, ofAll: 6_000, ofEach: 10 }

/** @throws OAuthError 429 with Retry-After (RFC 6585 §4), and then the form is not used up */
export function spendLogin({ rateLimit }: { rateLimit: RateLimit }, request: FastifyRequest) {
  return rateLimit.spendOf('logins', ownerOf(request.ip, 48), MOST, MINUTE)
}
