/**
 * Who the person of an assertion is (MCP extension Enterprise-Managed Authorization §5.1).
 *
 * An assertion that says all that the rules ask goes through them as a login does. Most say less (§7.4.3 wants them short): then
 * a person who logged in before is who they were, and a stranger is for the rules to judge. One that says a part, or is older than
 * the last login, may take away and never give, and it changes nobody's record. A login that is older than LOGIN_MAX_AGE says
 * nothing any more: nobody asked since whether it still stands.
 */
import type { Config } from '../config.ts'
import { claimAt, namesIn } from '../oauth/claim-values.ts'
import type { Role } from '../oauth/scope.ts'
import type { Store } from '../store/store.ts'
import type { Claimant } from '../upstream/upstream.ts'
import { type Directory, personIdOf, type Standing } from './directory.ts'
import { type ClaimsOf, isAbout, type Policy } from './policy.ts'
import type { Rule } from './rule-settings.ts'
import type { Enrolment } from './student.ts'
import { studentIdIn } from './student-id.ts'

/**
 * @param issuedAt seconds since the epoch, by our clock, at the earliest
 * @throws StoreUnavailableError
 */
export async function enrolAsserted(
  parts: {
    config: Pick<Config, 'LOGIN_MAX_AGE'>
    policy: Policy
    store: Store
    directory: Directory
    now: () => number
  },
  claimant: Claimant,
  issuedAt: number,
): Promise<Enrolment> {
  const { config, policy, store, directory, now } = parts
  const { iss, sub, claims } = claimant
  const personId = personIdOf(iss, sub)
  const record = await store.get('person', personId)
  if (record === undefined) return directory.enrol(claimant)
  const provider = policy.claimsOf(iss)
  const rules = policy.rules.filter((rule) => isAbout(rule, provider))
  // A login or refresh that came later knew better: a role that it took away must not come back.
  const isOlder = issuedAt * 1000 < record.lastLoginAt
  const isEnough = record.roles.length === 0 || saysAll(rules, claims, provider)
  if (!isOlder && isEnough) return directory.enrol(claimant)

  if (now() - record.lastLoginAt > config.LOGIN_MAX_AGE * 1000) {
    return { outcome: 'refused', reason: 'no_role' }
  }
  const standing = (await directory.standing(personId)) ?? { roles: [] }
  if (namesAnother(rules, claims, provider, standing)) {
    return { outcome: 'refused', reason: 'no_student' }
  }
  const roles = standing.roles.filter((role) => leaves(role, rules, claims, provider))
  if (roles.length === 0) return { outcome: 'refused', reason: 'no_role' }
  const { studentId } = standing
  const student = studentId === undefined || !roles.includes('student') ? {} : { studentId }
  return {
    outcome: 'enrolled',
    person: { personId, iss, sub, ...student, roles, rule: record.rule },
  }
}

/** True where the first rule that decides finds what it asks, and so does each before it. */
function saysAll(rules: readonly Rule[], claims: Claimant['claims'], provider: ClaimsOf): boolean {
  for (const rule of rules) {
    const condition = conditionOf(rule, claims, provider)
    if (condition === 'unsaid') return false
    if (condition === 'unmet' || rule.by === 'link' || rule.by === 'email') continue
    if (rule.by === 'group') return true
    const found = claimAt(claims, rule.claim ?? provider.claims.studentId)
    if (found === undefined) return false
    if (!('values' in rule) || namesIn(found).some((name) => rule.values.includes(name)))
      return true
  }
  return true
}

function conditionOf(
  rule: Rule,
  claims: Claimant['claims'],
  provider: ClaimsOf,
): 'met' | 'unmet' | 'unsaid' {
  for (const [claim, value] of Object.entries(rule.where ?? {})) {
    const found = claimAt(claims, claim)
    if (found !== value) return found === undefined ? 'unsaid' : 'unmet'
  }
  if (rule.groups === undefined) return 'met'
  const found = claimAt(claims, rule.groupsClaim ?? provider.claims.roles)
  if (found === undefined) return 'unsaid'
  const held = namesIn(found)
  return rule.groups.every((group) => held.includes(group)) ? 'met' : 'unmet'
}

/** True where some rule could still give that role to whoever has said this. */
function leaves(
  role: Role,
  rules: readonly Rule[],
  claims: Claimant['claims'],
  provider: ClaimsOf,
): boolean {
  return rules.some(
    (rule) =>
      (rule.outcome === role || rule.outcome === 'both') &&
      conditionOf(rule, claims, provider) !== 'unmet',
  )
}

function namesAnother(
  rules: readonly Rule[],
  claims: Claimant['claims'],
  provider: ClaimsOf,
  { studentId }: Standing,
): boolean {
  return rules.some((rule) => {
    if (rule.by !== 'claim' || 'values' in rule) return false
    const found = claimAt(claims, rule.claim ?? provider.claims.studentId)
    return found !== undefined && studentIdIn(found) !== studentId
  })
}
