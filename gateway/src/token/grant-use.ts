/** When and from where a grant is used, as its record shows it to the person. */
import type { FastifyRequest } from 'fastify'
import type { GrantUse } from '../store/records/grant.ts'

const MAX_USER_AGENT = 256

export function useOf(request: FastifyRequest, now: number): GrantUse {
  const userAgent = request.headers['user-agent']?.slice(0, MAX_USER_AGENT)
  return {
    lastUsedAt: now,
    address: request.ip,
    ...(userAgent === undefined ? {} : { userAgent }),
  }
}
