/** ENROLMENT_RULES: an ordered list, the first rule that decides wins. Every mistake is told with the rule that has it. */
import { z } from 'zod'
import { isEditable } from '../oauth/claim-values.ts'
import { plainWords } from '../plain-words.ts'
import { ProblemsError } from '../problems-error.ts'

const MAX_RULES = 100
const MAX_LENGTH = 65_536
const OUTCOMES = 'must be student, instructor, both or refused'

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, { error: 'must be a word of at most 64 letters' })
const text = z.string().min(1, { error: 'must not be empty' }).max(256)
const names = z.array(text).min(1, { error: 'must name at least one' }).max(100)
const claim = text.refine((path) => !isEditable(path), {
  error: 'must not be a claim that people can edit (OpenID Connect Core §5.7)',
})
const domain = z.string().regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, {
  error: 'must be an exact domain in lower case, without a wildcard',
})

/** Of every rule: whom it is about. */
const conditions = {
  name: name.optional(),
  /** Id or issuer; absent: every provider. */
  provider: text.optional(),
  /** All of these, in the claim of groups. */
  groups: names.optional(),
  /** By default the provider's claim of roles. */
  groupsClaim: claim.optional(),
  /** Claims that must have exactly these values. */
  where: z
    .record(text, z.union([text, z.boolean(), z.number()]))
    .refine((where) => !Object.keys(where).some(isEditable), {
      error: 'must not ask a claim that people can edit (OpenID Connect Core §5.7)',
    })
    .optional(),
}

const byStudentClaim = z.strictObject({
  by: z.literal('claim'),
  ...conditions,
  /** By default the provider's student claim. */
  claim: claim.optional(),
  outcome: z.enum(['student', 'both'], { error: OUTCOMES }),
})
const byClaimValue = z.strictObject({
  by: z.literal('claim'),
  ...conditions,
  claim,
  values: names,
  outcome: z.enum(['instructor', 'refused']),
})
const byGroup = z.strictObject({
  by: z.literal('group'),
  ...conditions,
  groups: names,
  outcome: z.enum(['instructor', 'refused'], {
    error: 'must be instructor or refused: a group names no student',
  }),
})
const byLink = z.strictObject({
  by: z.literal('link'),
  ...conditions,
  outcome: z.enum(['student', 'both'], { error: OUTCOMES }),
})
const bySubject = z.strictObject({
  by: z.literal('link'),
  ...conditions,
  provider: text,
  /** Whose `sub` it is. */
  subjects: names,
  outcome: z.enum(['instructor', 'refused']),
})
const byEmail = z.strictObject({
  by: z.literal('email'),
  ...conditions,
  /** Authoritative for these very domains. */
  provider: text,
  domains: z.array(domain).min(1, { error: 'must name at least one' }).max(100),
  outcome: z.literal('student', { error: 'must be student: an e-mail address makes no other' }),
})

export type Rule = z.infer<
  | typeof byStudentClaim
  | typeof byClaimValue
  | typeof byGroup
  | typeof byLink
  | typeof bySubject
  | typeof byEmail
>

/** One of two forms of a kind: an outcome for a student needs no list, another does. */
function schemaOf(entry: { by?: unknown; outcome?: unknown }): z.ZodType<Rule> | undefined {
  const aboutOthers = entry.outcome === 'instructor' || entry.outcome === 'refused'
  switch (entry.by) {
    case 'claim':
      return aboutOthers ? byClaimValue : byStudentClaim
    case 'group':
      return byGroup
    case 'link':
      return aboutOthers ? bySubject : byLink
    case 'email':
      return byEmail
    default:
      return undefined
  }
}

/** @throws ProblemsError with every mistake of every rule; undefined where no rules are set */
export function readRules(json: string): Rule[] | undefined {
  if (json.trim() === '') return undefined
  const { rules, problems } = parseRules(json)
  if (problems.length > 0) throw new ProblemsError(problems)
  return rules.filter((rule) => rule !== undefined)
}

/** Each rule that is well formed in its place, so that what is wrong between them can be told beside what is wrong in them. */
export function parseRules(json: string): { rules: (Rule | undefined)[]; problems: string[] } {
  const broken = (problem: string) => ({ rules: [], problems: [problem] })
  if (json.length > MAX_LENGTH) return broken(`is longer than ${MAX_LENGTH} characters`)
  let entries: unknown
  try {
    entries = JSON.parse(json)
  } catch (error) {
    return broken(`is not JSON: ${(error as Error).message}`)
  }
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MAX_RULES) {
    return broken(`must be a list of 1 to ${MAX_RULES} rules`)
  }
  const problems: string[] = []
  const rules = entries.map((entry: unknown, at): Rule | undefined => {
    const place = `rule ${at + 1}:`
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      problems.push(`${place} must be an object`)
      return undefined
    }
    const schema = schemaOf(entry)
    if (!schema) {
      problems.push(`${place} by: must be claim, link, email or group`)
      return undefined
    }
    const parsed = schema.safeParse(entry, { error: plainWords })
    for (const { path, message } of parsed.error?.issues ?? []) {
      problems.push(`${place} ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`)
    }
    return parsed.data
  })
  const named = rules.map((rule) => rule?.name)
  for (const [at, name] of named.entries()) {
    const first = named.indexOf(name)
    if (name !== undefined && first < at) {
      problems.push(`rule ${at + 1}: name: rule ${first + 1} is called ${name} too`)
    }
  }
  return { rules, problems }
}
