/** The directory of students: who they are, which logins are theirs, and what was done to it. */
import { z } from 'zod'
import { version } from './version.ts'

/** A student of the directory, by student id. Who was removed stays, so that no claim and no link brings them back. */
export const studentEntry = z.looseObject({
  version,
  studentId: z.string(),
  name: z.string().optional(),
  email: z.string().optional().describe('in lower case; no other student has it'),
  status: z.enum(['active', 'removed']),
  mergedInto: z.string().optional(),
  createdAt: z.number(),
  changedAt: z.number(),
})

/** Whose e-mail address it is, by its SHA-256. */
export const studentEmailRecord = z.looseObject({ version, owner: z.string().describe('student') })

/** Which student a login is whose provider has no student claim, by person id: what a rule by link reads. */
export const assignmentRecord = z.looseObject({
  version,
  iss: z.string(),
  sub: z.string(),
  studentId: z.string(),
  how: z.enum(['command', 'email', 'cadet', 'approval']),
  by: z.string().describe('the rule, the person or the operator'),
  assignedAt: z.number(),
})

/** That an operator took a link away, by person id: no rule by e-mail makes it again, until somebody links that login by hand. */
export const unlinkedRecord = z.looseObject({
  version,
  iss: z.string(),
  sub: z.string(),
  studentId: z.string().describe('who they were'),
  by: z.string(),
  unlinkedAt: z.number(),
})

/** One step of the directory's audit trail, by its time and a random suffix. */
export const historyRecord = z.looseObject({
  version,
  at: z.number(),
  action: z.enum([
    'linked',
    'unlinked',
    'changed',
    'approved',
    'refused',
    'merged',
    'added',
    'updated',
    'removed',
    'restored',
  ]),
  by: z.string().describe('rule: …, command: …, or the person id of an instructor'),
  personId: z.string().optional(),
  iss: z.string().optional(),
  sub: z.string().optional(),
  studentId: z.string().optional(),
  from: z.string().optional().describe('the student before'),
  detail: z.string().optional(),
})

export type StudentEntry = z.infer<typeof studentEntry>
export type AssignmentRecord = z.infer<typeof assignmentRecord>
export type HistoryRecord = z.infer<typeof historyRecord>
