/** What a provider did: ended sessions, fell silent, or left a claim out. */
import { z } from 'zod'
import { version } from './version.ts'

/** That the provider ended a session, or all of a person's, by SHA-256 of issuer and session or subject. */
export const endedRecord = z.looseObject({
  version,
  at: z.number().describe('what began until then is over'),
})

/** A logout token that was received, by SHA-256 of issuer and jti: consumed once it was obeyed. */
export const logoutRecord = z.looseObject({
  version,
  at: z.number().describe('when it came first'),
  obeyed: z.boolean(),
})

/** A provider that cannot be asked at present, by SHA-256 of its issuer. */
export const outageRecord = z.looseObject({
  version,
  kind: z.enum(['unavailable', 'misconfigured']),
  retryAt: z.number(),
  backoff: z.number().describe('milliseconds'),
})

/** That a provider sent no claim of roles a while ago, by SHA-256 of its issuer: most often a setting is wrong. */
export const missingClaimRecord = z.looseObject({
  version,
  iss: z.string(),
  claim: z.string(),
  detail: z.string(),
  at: z.number(),
})
