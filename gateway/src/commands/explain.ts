/** `--explain`: who somebody is to the school, by which rule, and why by none before it. Nothing is written. */
import { readFileSync } from 'node:fs'
import { normalEmail } from '../oauth/claim-values.ts'
import { sha256 } from '../oauth/token-value.ts'
import { type Decision, emailAsked, type Facts, walkRules } from '../students/enrolment-rules.ts'
import { personIdOf } from '../students/links.ts'
import { claimDecides } from '../students/policy.ts'
import type { House } from '../students/roster.ts'
import { type ExitCode, NO_DIRECTORY, shown, type Terminal } from './usage.ts'

const MAX_CLAIMS_FILE = 1_000_000

type Claims = Record<string, unknown>

/** The house, and whether it is in memory: then it knows the rules, and nobody. */
export interface Explained {
  house: House
  inMemory: boolean
}

/** @param words a person id · an issuer and a sub · an e-mail address · a JSON file of claims */
export async function explain(
  { house, inMemory }: Explained,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const [first = '', sub] = words
  const isFile = sub === undefined && first.endsWith('.json')
  if (inMemory && !isFile) {
    terminal.err(NO_DIRECTORY)
    return 1
  }
  if (sub !== undefined) return explainLogin(house, { iss: first, sub }, undefined, terminal)
  if (isFile) {
    const claims = readClaims(first)
    if (typeof claims === 'string') {
      terminal.err(`${first} ${claims}\n`)
      return 2
    }
    const login = { iss: String(claims.iss), sub: String(claims.sub) }
    return explainLogin(house, login, claims, terminal, inMemory)
  }
  const address = normalEmail(first)
  if (address) return explainEmail(house, address.email, terminal)
  const { store } = house
  const known =
    (await store.get('person', first)) ??
    (await store.get('assignment', first)) ??
    (await store.get('waiting', first))
  if (known) return explainLogin(house, known, undefined, terminal)
  terminal.err(`nobody is known as ${shown(first)}\n`)
  return 1
}

/** The claims of an ID token or of userinfo, or what is wrong with the file. */
function readClaims(path: string): Claims | string {
  let claims: unknown
  try {
    const text = readFileSync(path, 'utf8')
    if (text.length > MAX_CLAIMS_FILE) return 'is too long'
    claims = JSON.parse(text)
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'}`
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return 'is no object'
  const { iss, sub } = claims as Claims
  return typeof iss === 'string' && typeof sub === 'string'
    ? (claims as Claims)
    : 'needs iss and sub, as an ID token has them'
}

async function explainLogin(
  house: House,
  { iss, sub }: { iss: string; sub: string },
  claims: Claims | undefined,
  terminal: Terminal,
  inMemory = false,
): Promise<ExitCode> {
  const { store, policy } = house
  const say = (line: string) => terminal.out(`${shown(line)}\n`)
  const personId = personIdOf(iss, sub)
  const provider = policy.claimsOf(iss)
  say(`person    ${personId}`)
  say(`login     ${iss} ${sub}`)
  say(`provider  ${provider.id ?? 'none of this house: rules for a provider do not apply'}`)
  if (inMemory) say('directory unknown: REDIS_URL is empty')
  const [person, waiting, assignment] = [
    await store.get('person', personId),
    await store.get('waiting', personId),
    await store.get('assignment', personId),
  ]
  const counts = !claimDecides(policy, provider)
  if (assignment) {
    const { studentId, how, by, assignedAt } = assignment
    const idle = counts ? '' : ', which the provider’s student claim overrides'
    say(`link      ${studentId} by ${how}, ${by}, ${when(assignedAt)}${idle}`)
  }
  if (waiting) say(`waiting   ${waiting.status} since ${when(waiting.askedAt)}`)
  if (person) {
    const roles = person.roles.join(', ') || 'no role'
    say(`last      ${roles} by ${person.rule}, ${when(person.lastLoginAt)}`)
  }
  const linked = counts ? assignment?.studentId : undefined
  const unlinked = await store.get('unlinked', personId)
  if (unlinked) {
    const { studentId, by, unlinkedAt } = unlinked
    say(`unlinked  ${studentId}, ${by}, ${when(unlinkedAt)}`)
  }
  const facts = {
    iss,
    sub,
    claims,
    linked,
    unlinked: unlinked !== undefined,
    ...(inMemory ? { withoutDirectory: true as const } : {}),
  }
  const byEmail = await emailFact(house, facts, personId)
  const { findings, decision } = walkRules(policy, { ...facts, byEmail })
  for (const { at, rule, result, why } of findings) say(`rule ${at}    ${rule}: ${result}: ${why}`)
  if (findings.some(({ result }) => result === 'depends')) {
    say(
      claims === undefined
        ? 'result    depends on the claims of the login: give them as a JSON file'
        : 'result    depends on the directory: set REDIS_URL',
    )
    return 0
  }
  return tellResult(house, { decision, personId, iss, sub }, say)
}

/** What the decision of the rules comes to in the directory as it is. */
async function tellResult(
  { policy, directory, store }: House,
  login: { decision: Decision; personId: string; iss: string; sub: string },
  say: (line: string) => void,
): Promise<ExitCode> {
  const { decision, personId, iss } = login
  if (decision.outcome === 'refused') {
    say(`result    refused (${decision.reason}): ${decision.detail}`)
    return 1
  }
  if (decision.outcome === 'unknown') {
    const turnedAway = (await store.get('waiting', personId))?.status === 'refused'
    const answer = {
      refuse: 'refused (unknown_person)',
      enrol: 'a new cadet',
      approval: turnedAway ? 'refused (turned_away)' : 'waits for an instructor',
    }[policy.unknownPeople]
    say(`result    ${answer}: ${decision.detail}`)
    return policy.unknownPeople === 'enrol' ? 0 : 1
  }
  const { studentId, roles } = decision
  if (studentId !== undefined) {
    const removed = (await directory.entries.get(studentId))?.status === 'removed'
    const owner = (await directory.registrar.ownersOf(studentId)).find((link) => link.iss === iss)
    const taken = owner !== undefined && owner.personId !== personId
    if (removed && !roles.includes('instructor')) {
      say(`result    refused (no_student): ${studentId} was removed from the directory`)
      return 1
    }
    if (taken && !removed) {
      say(`result    refused (already_linked): ${studentId} is the person ${owner.personId}`)
      return 1
    }
    if (removed) {
      say(`result    instructor; the student ${studentId} was removed from the directory`)
      return 0
    }
  }
  say(`result    ${roles.join(' and ')}${studentId === undefined ? '' : ` ${studentId}`}`)
  return 0
}

async function emailFact(
  { policy, directory }: House,
  facts: Omit<Facts, 'byEmail'>,
  personId: string,
): Promise<Facts['byEmail']> {
  const asked = emailAsked(policy, facts)
  const entry = asked === undefined ? undefined : await directory.entries.withEmail(asked)
  if (!entry) return undefined
  const free = await directory.registrar.isFree(personId, entry.studentId)
  return { studentId: entry.studentId, free }
}

/** An address is nobody's login: whose it is in the directory, and what a rule by e-mail would make of it. */
async function explainEmail(house: House, email: string, terminal: Terminal): Promise<ExitCode> {
  const { policy, directory } = house
  const say = (line: string) => terminal.out(`${shown(line)}\n`)
  const entry = await directory.entries.withEmail(email)
  say(`e-mail    ${email}: ${entry ? `student ${entry.studentId}` : 'no student of the directory'}`)
  for (const link of entry ? await directory.registrar.assigned(entry.studentId) : []) {
    say(`link      ${link.iss} ${link.sub} by ${link.how}, ${link.by}`)
  }
  const claims = { email, email_verified: true }
  // A sub that no provider gives: somebody who never logged in.
  const sub = sha256(email)
  let code: ExitCode = 1
  for (const iss of policy.issuers) {
    const facts = { iss, sub, claims, linked: undefined }
    const byEmail = await emailFact(house, facts, personIdOf(iss, sub))
    const { findings } = walkRules(policy, { ...facts, byEmail })
    say(
      `somebody new of ${policy.claimsOf(iss).id ?? iss} with this address, verified, and no other claim:`,
    )
    for (const { at, rule, result, why } of findings)
      say(`rule ${at}    ${rule}: ${result}: ${why}`)
    if (findings.at(-1)?.result === 'decides') code = 0
  }
  return code
}

function when(at: number): string {
  return new Date(at).toISOString()
}
