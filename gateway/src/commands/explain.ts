/** `--explain`: who somebody is to the school, by which rule, and why by none before it. Nothing is written. */
import { readFileSync } from 'node:fs'
import { normalEmail } from '../oauth/claim-values.ts'
import { personIdOf } from '../students/links.ts'
import { claimDecides } from '../students/policy.ts'
import type { House } from '../students/roster.ts'
import { explainEmail } from './explain-email.ts'
import { tellRules } from './tell-rules.ts'
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
  return tellRules(house, facts, say)
}

function when(at: number): string {
  return new Date(at).toISOString()
}
