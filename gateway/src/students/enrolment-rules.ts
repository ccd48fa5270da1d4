/**
 * Who becomes whom: pure, from the rules and what is known of one login. The first rule that decides wins; why each of them
 * does or does not is told, so that a login and `doctor --explain` walk the same way.
 */
import { claimAt, formOf, namesIn, normalEmail, verifiedEmail } from '../oauth/claim-values.ts'
import type { Role } from '../oauth/scope.ts'
import { type ClaimsOf, claimDecides, isAbout, labelOf, type Policy } from './policy.ts'
import type { Rule } from './rule-settings.ts'
import type { RefusalReason } from './student.ts'
import { studentIdIn } from './student-id.ts'

/** What is known of a login before the rules are walked. */
export interface Facts {
  iss: string
  sub: string
  /** Undefined where only the person is known: then a rule that asks claims can only be told to depend on them. */
  claims: Record<string, unknown> | undefined
  /** The student to whom (iss, sub) is linked, where a link counts. */
  linked: string | undefined
  /** The directory was not asked: then a rule that asks it can only be told to depend on it. */
  withoutDirectory?: true
  /** An operator took its link away: then no rule by e-mail makes another. */
  unlinked?: boolean
  /** Whose directory entry has the verified e-mail address, and whether that student has no link yet. */
  byEmail: { studentId: string; free: boolean } | undefined
}

export type Decision =
  | {
      outcome: 'enrolled'
      rule: string
      studentId?: string
      roles: Role[]
      /** On what a student rests: the claim of this login, a link that stands, or one to be made. */
      rests: 'claim' | 'link' | 'email'
    }
  | { outcome: 'refused'; reason: RefusalReason; detail: string }
  /** No rule decides, and no claim of the provider should have: what `UNKNOWN_PEOPLE` says. */
  | { outcome: 'unknown'; detail: string }

export interface Finding {
  /** Counted from 1, as mistakes are. */
  at: number
  rule: string
  result: 'decides' | 'passes' | 'depends'
  why: string
  /** What a student's rule missed. */
  missing?: 'group' | 'student'
}

type Verdict = Omit<Finding, 'at' | 'rule'> & { studentId?: string }

export function walkRules(
  policy: Policy,
  facts: Facts,
): { findings: Finding[]; decision: Decision } {
  const findings: Finding[] = []
  const context = { facts, provider: policy.claimsOf(facts.iss), policy }
  for (const [at, rule] of policy.rules.entries()) {
    const { studentId, ...verdict } = verdictOf(rule, context)
    const label = labelOf(rule, at)
    findings.push({ at: at + 1, rule: label, ...verdict })
    if (verdict.result !== 'decides') continue
    return { findings, decision: decisionOf(rule, label, studentId) }
  }
  return { findings, decision: undecided(context, findings) }
}

export function decide(policy: Policy, facts: Facts): Decision {
  return walkRules(policy, facts).decision
}

interface Context {
  facts: Facts
  provider: ClaimsOf
  policy: Policy
}

function decisionOf(rule: Rule, label: string, studentId: string | undefined): Decision {
  if (rule.outcome === 'refused') {
    return { outcome: 'refused', reason: 'by_rule', detail: `by the rule ${label}` }
  }
  const isStudent = rule.outcome !== 'instructor' && studentId !== undefined
  return {
    outcome: 'enrolled',
    rule: label,
    ...(isStudent ? { studentId } : {}),
    roles: [
      ...(isStudent ? (['student'] as const) : []),
      ...(rule.outcome === 'student' ? [] : (['instructor'] as const)),
    ],
    rests: rule.by === 'email' || (rule.by === 'link' && isStudent) ? rule.by : 'claim',
  }
}

function verdictOf(rule: Rule, context: Context): Verdict {
  const { facts, provider } = context
  if (!isAbout(rule, provider)) return passes(`is about the provider ${rule.provider}`)
  if (rule.by === 'link' && 'subjects' in rule) {
    if (!rule.subjects.includes(facts.sub)) return passes('lists other people')
  } else if (
    (rule.by === 'link' || rule.by === 'email') &&
    claimDecides(context.policy, provider)
  ) {
    return passes('the provider has a student claim, which no link overrides')
  }
  if (rule.by === 'link' && !('subjects' in rule) && facts.linked === undefined) {
    if (!facts.withoutDirectory) return passes('the directory has no link of this login')
    return (facts.claims && unmetCondition(rule, facts.claims, provider)) ?? needsDirectory
  }
  const { claims } = facts
  const asks = rule.by !== 'link' || rule.groups !== undefined || rule.where !== undefined
  if (claims === undefined) {
    if (asks) return { result: 'depends', why: 'needs the claims of a login' }
    return decides('by the link of the directory', facts.linked)
  }
  return unmetCondition(rule, claims, provider) ?? verdictByKind(rule, claims, context)
}

function unmetCondition(
  rule: Rule,
  claims: Record<string, unknown>,
  provider: ClaimsOf,
): Verdict | undefined {
  for (const [claim, value] of Object.entries(rule.where ?? {})) {
    if (claimAt(claims, claim) !== value) return passes(`the claim ${claim} is not ${value}`)
  }
  if (rule.groups === undefined) return undefined
  const path = rule.groupsClaim ?? provider.claims.roles
  const found = claimAt(claims, path)
  const held = namesIn(found)
  const lacking = rule.groups.filter((group) => !held.includes(group))
  if (lacking.length === 0) return undefined
  // Told apart for the operator: most often the setting is wrong, not the person.
  const what = held.length === 0 ? `is ${formOf(found)}` : `does not hold ${lacking.join(', ')}`
  return { ...passes(`the claim ${path} ${what}`), missing: 'group' }
}

function verdictByKind(
  rule: Rule,
  claims: Record<string, unknown>,
  { facts, provider }: Context,
): Verdict {
  if (rule.by === 'group') return decides(`in ${rule.groups.join(', ')}`)
  if (rule.by === 'link') {
    return 'subjects' in rule
      ? decides('the rule lists this sub')
      : decides('by the link of the directory', facts.linked)
  }
  if (rule.by === 'claim' && 'values' in rule) {
    const held = namesIn(claimAt(claims, rule.claim))
    return rule.values.some((value) => held.includes(value))
      ? decides(`the claim ${rule.claim} is one of its values`)
      : passes(`the claim ${rule.claim} is none of its values`)
  }
  if (rule.by === 'claim') {
    const path = rule.claim ?? provider.claims.studentId
    const studentId = studentIdIn(claimAt(claims, path))
    return studentId === undefined
      ? { ...passes(`the claim ${path} is absent or malformed`), missing: 'student' }
      : decides(`the claim ${path} names the student`, studentId)
  }
  return verdictByEmail(rule, claims, facts)
}

function verdictByEmail(
  rule: Extract<Rule, { by: 'email' }>,
  claims: Record<string, unknown>,
  { byEmail, unlinked, withoutDirectory }: Facts,
): Verdict {
  if (claims.email_verified !== true) return passes('email_verified is not the boolean true')
  const address = verifiedEmail(claims)
  if (!address) return passes('email is absent or malformed')
  if (!rule.domains.includes(address.domain)) {
    return passes(`the provider is not authoritative for ${address.domain}`)
  }
  if (withoutDirectory) return needsDirectory
  if (unlinked) return passes('an operator unlinked this login: link it by hand')
  if (!byEmail) return passes('no student of the directory has this e-mail address')
  if (!byEmail.free) return passes('the student with this e-mail address has a link already')
  return decides('the e-mail address is that of a student without a link', byEmail.studentId)
}

/** The address that a rule by e-mail would look up for this login: so that no other is looked up. */
export function emailAsked(policy: Policy, facts: Omit<Facts, 'byEmail'>): string | undefined {
  const provider = policy.claimsOf(facts.iss)
  const address = facts.claims && verifiedEmail(facts.claims)
  if (!address || facts.linked !== undefined || claimDecides(policy, provider)) return undefined
  const asked = policy.rules.some(
    (rule) =>
      rule.by === 'email' && isAbout(rule, provider) && rule.domains.includes(address.domain),
  )
  return asked ? normalEmail(address.email)?.email : undefined
}

function undecided({ facts, provider, policy }: Context, findings: Finding[]): Decision {
  const missed = findings.filter(({ missing }) => missing !== undefined)
  // Who is linked and lacks a group is somebody: not to be enrolled a second time.
  if (!claimDecides(policy, provider) && facts.linked === undefined) {
    return { outcome: 'unknown', detail: 'no rule decides, and there is no link of this login' }
  }
  // Who has the role and no id is nearer to being a student than who has no role.
  const nearest = missed.find(({ missing }) => missing === 'student') ?? missed[0]
  return {
    outcome: 'refused',
    reason: nearest?.missing === 'student' ? 'no_student' : 'no_role',
    detail: nearest?.why ?? 'no rule decides',
  }
}

const needsDirectory: Verdict = { result: 'depends', why: 'needs the directory' }

function passes(why: string): Verdict {
  return { result: 'passes', why }
}

function decides(why: string, studentId?: string): Verdict {
  return { result: 'decides', why, ...(studentId === undefined ? {} : { studentId }) }
}
