/** Who is whom, and who may come in. */
import { z } from 'zod'
import { isEditable } from '../oauth/claim-values.ts'
import { readRules } from '../students/rule-settings.ts'
import { isOn, jsonList, onOff } from './forms.ts'

export const enrolmentSettings = {
  STUDENT_ID_CLAIM: z
    .string()
    .min(1)
    .refine((claim) => !isEditable(claim), {
      error: 'must not be a claim that people can edit (OpenID Connect Core §5.7)',
    })
    .default('student_id')
    .describe(
      'Claim that names the student: a letter or digit, then up to 63 letters, digits, dots, underscores or hyphens.',
    ),
  STUDENT_ROLE: z
    .string()
    .min(1)
    .default('student')
    .describe('Role at the provider that a student must have.'),
  INSTRUCTOR_ROLE: z
    .string()
    .min(1)
    .default('instructor')
    .describe('Role at the provider that makes an instructor.'),
  ROLES_CLAIM: z
    .string()
    .min(1)
    .refine((claim) => !isEditable(claim), {
      error: 'must not be a claim that people can edit (OpenID Connect Core §5.7)',
    })
    .default('realm_access.roles')
    .describe('Path of the claim that lists the roles.'),
  ENROLMENT_RULES: jsonList(readRules).describe(
    'Who becomes whom: a JSON array of rules, the first that decides wins (docs/guides/enrolment.md). Empty: by STUDENT_ID_CLAIM and the two roles.',
  ),
  UNKNOWN_PEOPLE: z
    .enum(['refuse', 'enrol', 'approval'], { error: 'must be refuse, enrol or approval' })
    .default('refuse')
    .describe(
      'Whom no rule knows, at a provider without a student claim: refused, enrolled as a new cadet, or waiting for an instructor’s approval.',
    ),
  CADET_ID_FORM: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*#{6,12}$/, {
      error: 'must be letters, digits, dots, underscores or hyphens, then 6 to 12 #',
    })
    .max(64)
    .default('BS-C########')
    .describe(
      'Form of a new cadet’s student id, each # a digit. No student of the school behind the door may have an id of this form.',
    ),
  CONFIRM_PERSON: onOff()
    .default('on')
    .transform(isOn)
    .describe('Ask “continue as …?” when the provider’s login is older than this authorization.'),
  ENROLMENT_CONTACT: z
    .string()
    .default('')
    .describe('Whom to ask when a login is not enrolled, as a sentence or an address.'),
}
