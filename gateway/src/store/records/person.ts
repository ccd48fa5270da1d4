/** Who a login is as a person, which person a student has, and who waits to become somebody. */
import { z } from 'zod'
import { version } from './version.ts'

export const role = z.enum(['student', 'instructor'])

/** Who a login was the last time, by person id. */
export const personRecord = z.looseObject({
  version,
  iss: z.string(),
  sub: z.string(),
  studentId: z.string().optional(),
  roles: z.array(role),
  rule: z.string().describe('the enrolment rule that decided'),
  linked: z
    .boolean()
    .optional()
    .describe('the student is who the assignment says, while it stands'),
  firstSeenAt: z.number(),
  lastLoginAt: z.number(),
})

/** Who waits for an instructor, or was turned away by one, by person id. */
export const waitingRecord = z.looseObject({
  version,
  iss: z.string(),
  sub: z.string(),
  status: z.enum(['waiting', 'refused']),
  name: z.string().describe('as the provider says: it decides nothing'),
  email: z.string().optional(),
  emailVerified: z.boolean(),
  askedAt: z.number(),
  refusedBy: z.string().optional(),
})

/** One student has at most one person per issuer, by SHA-256 of issuer and student id. */
export const studentLinkRecord = z.looseObject({
  version,
  owner: z.string().describe('person id'),
  iss: z.string(),
  studentId: z.string(),
  linkedAt: z.number(),
})

export type PersonRecord = z.infer<typeof personRecord>
export type WaitingRecord = z.infer<typeof waitingRecord>
export type StudentLinkRecord = z.infer<typeof studentLinkRecord>
