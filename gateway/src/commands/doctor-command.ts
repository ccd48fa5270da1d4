/** `npm run doctor`: what is wrong with the settings and the rules, what recent logins lacked, and who somebody is and why. */
import { missingRoles } from '../students/missing-roles.ts'
import { claimDecides, labelOf } from '../students/policy.ts'
import type { House } from '../students/roster.ts'
import { explain } from './explain.ts'
import { type ExitCode, readArguments, shown, type Terminal } from './usage.ts'

export const DOCTOR_USAGE = `Usage: npm run doctor -- [--explain USER]

  Without --explain: the settings and the rules, and what recent logins lacked.
  --explain PERSON          a person id, as logs and histories have it
  --explain ISSUER SUB      a login
  --explain ADDRESS         an e-mail address of the directory
  --explain FILE.json       the claims of a login, with iss and sub: what it would give

Ends with 0: well, or enrolled; 1: something is wrong, or not enrolled; 2: not understood; 3: the store does not answer.
`

export async function doctorCommand(
  house: House,
  given: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const read = readArguments(given, { '--explain': 'flag' })
  const [least, most] = read?.options.has('--explain') ? [1, 2] : [0, 0]
  if (!read || read.words.length < least || read.words.length > most) {
    terminal.err(DOCTOR_USAGE)
    return 2
  }
  return most > 0 ? explain(house, read.words, terminal) : examine(house, terminal)
}

async function examine({ policy, store }: House, terminal: Terminal): Promise<ExitCode> {
  const say = (line: string) => terminal.out(`${shown(line)}\n`)
  await store.ping()
  say('settings  well')
  for (const [at, rule] of policy.rules.entries()) {
    const about = rule.provider === undefined ? 'every provider' : rule.provider
    say(`rule ${at + 1}    ${labelOf(rule, at)}: by ${rule.by}, of ${about}: ${rule.outcome}`)
  }
  say(
    `unknown   people are ${{ refuse: 'refused', enrol: 'new cadets', approval: 'asked to wait' }[policy.unknownPeople]}`,
  )
  let code: ExitCode = 0
  for (const iss of policy.issuers) {
    const provider = policy.claimsOf(iss)
    const how = claimDecides(policy, provider) ? 'its student claim decides' : 'links decide'
    say(`provider  ${provider.id} ${iss}: ${how}`)
    const missing = await missingRoles(store, iss)
    if (!missing) continue
    code = 1
    const { claim, detail, at } = missing
    say(
      `MISSING   a login of ${provider.id} had no roles, last ${new Date(at).toISOString()}: the claim ${claim} is ${detail}; ROLES_CLAIM may be wrong, or the provider does not send it`,
    )
  }
  return code
}
