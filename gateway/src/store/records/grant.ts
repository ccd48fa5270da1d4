/** A grant, and what stands beside its record in the same hash. */
import { z } from 'zod'
import { role } from './person.ts'
import { version } from './version.ts'

/** What one person granted one client, once: never changed after it is opened. */
export const grantRecord = z.looseObject({
  version,
  id: z.string(),
  iss: z.string(),
  sub: z.string(),
  sid: z.string().optional().describe('the provider’s session'),
  auth_time: z.number().optional().describe('seconds since the epoch'),
  rule: z.string(),
  personId: z.string(),
  studentId: z.string().optional(),
  roles: z.array(role),
  client_id: z.string(),
  client_name: z.string().optional(),
  redirect_uri: z.string().optional().describe('absent where there was no code'),
  code_challenge: z.string().optional(),
  dpop_jkt: z.string().optional().describe('the key to which the code is bound (RFC 9449 §10)'),
  resource: z.string(),
  scopeAsked: z.string().optional(),
  scopeConsented: z.array(z.string()),
  scopeGranted: z.array(z.string()),
  createdAt: z.number(),
  begunAt: z.number().optional().describe('when its login began; absent: createdAt'),
  upstreamRefreshToken: z.string().optional().describe('encrypted; as the login gave it'),
  upstreamIdToken: z.string().optional().describe('encrypted'),
})

/** What the provider last said of the login behind a grant: beside its record, rewritten at each check. */
export const upstreamSession = z.looseObject({
  revision: z.number().describe('counts the writes'),
  checks: z.number().describe('counts the answers, good and bad'),
  checkedAt: z.number().describe('when the provider last vouched for the login'),
  failingSince: z.number().optional().describe('since when it could not be asked'),
  failure: z.enum(['unavailable', 'misconfigured']).optional().describe('why'),
  refreshToken: z.string().optional().describe('encrypted; in place of the grant’s own'),
})

/** When and from where a grant was used last: beside its record, rewritten at redeem and refresh. */
export const grantUse = z.looseObject({
  lastUsedAt: z.number(),
  address: z.string(),
  userAgent: z.string().optional(),
})

export type GrantRecord = z.infer<typeof grantRecord>
export type UpstreamSession = z.infer<typeof upstreamSession>
export type GrantUse = z.infer<typeof grantUse>
