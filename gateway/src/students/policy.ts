/** The rules of this house with what they need of its settings, and what is wrong between them. */
import type { Settings } from '../settings.ts'
import type { ProviderClaims } from '../upstream/provider-settings.ts'
import { providerSettings } from '../upstream/read-provider-settings.ts'
import type { Rule } from './rule-settings.ts'

export interface ClaimsOf {
  /** Undefined for an issuer that is no provider of ours. */
  id: string | undefined
  issuer: string
  claims: ProviderClaims
}

type Provider = Pick<ClaimsOf, 'id' | 'issuer'>

export interface Policy {
  rules: readonly Rule[]
  unknownPeople: 'refuse' | 'enrol' | 'approval'
  /** Each `#` is a digit. */
  cadetIdForm: string
  /** Of every provider, in their order. */
  issuers: readonly string[]
  /** Of whoever may say who somebody is: the providers, and whose assertions are taken. */
  allIssuers: readonly string[]
  claimsOf(iss: string): ClaimsOf
}

type RuleSettings = Pick<
  Settings,
  'ENROLMENT_RULES' | 'UNKNOWN_PEOPLE' | 'CADET_ID_FORM' | 'STUDENT_ROLE' | 'INSTRUCTOR_ROLE'
> &
  Partial<Pick<Settings, 'ID_JAG_ISSUERS'>>

export function createPolicy(settings: RuleSettings, providers: readonly ClaimsOf[]): Policy {
  const { STUDENT_ROLE, INSTRUCTOR_ROLE, ID_JAG_ISSUERS = [] } = settings
  const [first] = providers
  const issuers = providers.map(({ issuer }) => issuer)
  return {
    rules: settings.ENROLMENT_RULES ?? defaultRules(STUDENT_ROLE, INSTRUCTOR_ROLE),
    unknownPeople: settings.UNKNOWN_PEOPLE,
    cadetIdForm: settings.CADET_ID_FORM,
    issuers,
    allIssuers: [...new Set([...issuers, ...ID_JAG_ISSUERS])],
    claimsOf(iss) {
      const known = providers.find(({ issuer }) => issuer === iss)
      const claims = first?.claims ?? { studentId: 'student_id', roles: 'roles' }
      return known ?? { id: undefined, issuer: iss, claims }
    },
  }
}

export function policyOf(config: Settings): Policy {
  return createPolicy(config, providerSettings(config))
}

/** A claim and a role: an instructor needs the role, a student the role and a record's id. */
export function defaultRules(student: string, instructor: string): Rule[] {
  return [
    {
      by: 'claim',
      name: 'student_and_instructor',
      groups: [student, instructor],
      outcome: 'both',
    },
    { by: 'group', name: 'instructor_role', groups: [instructor], outcome: 'instructor' },
    { by: 'claim', name: 'student_claim', groups: [student], outcome: 'student' },
  ]
}

/** As it is told, audited and stored. */
export function labelOf(rule: Rule, at: number): string {
  return rule.name ?? `rule_${at + 1}_by_${rule.by}`
}

export function isAbout({ provider }: Rule, { id, issuer }: Provider): boolean {
  return provider === undefined || provider === id || provider === issuer
}

function namesStudent(rule: Rule, by: 'claim' | 'link'): boolean {
  return rule.by === by && (rule.outcome === 'student' || rule.outcome === 'both')
}

/** True where a provider has a student claim: it decides at every login, and no link overrides it. */
export function claimDecides({ rules }: Pick<Policy, 'rules'>, provider: Provider): boolean {
  return rules.some((rule) => namesStudent(rule, 'claim') && isAbout(rule, provider))
}

/** Why a login of that issuer cannot be linked; undefined where it can. A link may wait for a provider that is to come. */
export function linkProblem(policy: Policy, iss: string): string | undefined {
  if (!claimDecides(policy, policy.claimsOf(iss))) return undefined
  return policy.allIssuers.includes(iss)
    ? `${iss} has a student claim, which no link overrides`
    : notOurs(policy, iss)
}

/** Said of an issuer that is neither a provider's nor one whose assertions are taken. */
export function notOurs({ allIssuers }: Policy, iss: string): string {
  return `${iss} is no provider of this house: ${allIssuers.join(', ')}`
}

/**
 * What is wrong between rules, providers and the policy for unknown people; each with its place.
 *
 * @param rules undefined where a rule is not well formed: what it might have meant is not complained of
 */
export function policyProblems(
  rules: readonly (Rule | undefined)[],
  unknownPeople: Policy['unknownPeople'],
  providers: readonly Provider[],
): string[] {
  const known = rules.filter((rule) => rule !== undefined)
  const whole = known.length === rules.length
  const withoutClaim = providers.filter((each) => !claimDecides({ rules: known }, each))
  const problems = rules.flatMap((rule, at) => {
    const problem = rule && placeProblem(rule, rules.slice(0, at), providers, withoutClaim)
    return problem === undefined ? [] : [`ENROLMENT_RULES rule ${at + 1}: ${problem}`]
  })
  if (unknownPeople === 'refuse' || !whole) return problems
  if (withoutClaim.length === 0) {
    problems.push(
      `UNKNOWN_PEOPLE ${unknownPeople} never applies: by ENROLMENT_RULES a claim says who is a student of each provider`,
    )
  }
  for (const each of withoutClaim) {
    if (known.some((rule) => linksStudents(rule, each))) continue
    problems.push(
      `UNKNOWN_PEOPLE ${unknownPeople} needs a rule by link for the provider ${each.id}, else nobody returns`,
    )
  }
  return problems
}

function placeProblem(
  rule: Rule,
  before: readonly (Rule | undefined)[],
  providers: readonly Provider[],
  withoutClaim: readonly Provider[],
): string | undefined {
  const about = providers.filter((each) => isAbout(rule, each))
  if (about.length === 0) return `provider: ${rule.provider} is the id or issuer of no provider`
  if (rule.by !== 'email' && !namesStudent(rule, 'link')) return undefined
  if (!about.some((each) => withoutClaim.includes(each))) {
    return 'by: never decides, since a rule by claim says who is a student of that provider'
  }
  if (rule.by === 'link' || before.includes(undefined)) return undefined
  const linked = about.every((each) => before.some((other) => other && linksStudents(other, each)))
  return linked ? undefined : 'by: makes a link once, so a rule by link has to come before it'
}

function linksStudents(rule: Rule, provider: Provider): boolean {
  return namesStudent(rule, 'link') && isAbout(rule, provider)
}
