/** `npm run doctor`: what is wrong with the settings, the providers and the rules, what recent logins lacked, and who somebody is and why. */
import { missingRoles } from '../students/missing-roles.ts'
import { claimDecides, labelOf } from '../students/policy.ts'
import { inspectProvider } from '../upstream/inspect-provider.ts'
import type { ProviderSettings } from '../upstream/provider-settings.ts'
import { type Explained, explain } from './explain.ts'
import { misspelt } from './misspelt.ts'
import { type ExitCode, readArguments, shown, type Terminal, unanswered } from './usage.ts'

export const DOCTOR_USAGE = `Usage: npm run doctor -- [--explain USER]

  Without --explain: the settings and the rules, what recent logins lacked, and each provider
  is asked who it is, as when the gateway starts. --explain asks no provider.
  --explain PERSON          a person id, as logs and histories have it
  --explain ISSUER SUB      a login
  --explain ADDRESS         an e-mail address of the directory: each login that it may mean
  --explain FILE.json       the claims of a login, with iss and sub: what it would give
                            (without REDIS_URL too, as far as rules go)

Ends with 0: well, or enrolled; 1: something is wrong, or not enrolled; 2: not understood; 3: the store does not answer.
`

/** What the doctor looks at. */
export interface Patient extends Explained {
  environment: Readonly<Record<string, string | undefined>>
  providers: readonly ProviderSettings[]
}

export async function doctorCommand(
  patient: Patient,
  given: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const read = readArguments(given, { '--explain': 'flag' })
  const [least, most] = read?.options.has('--explain') ? [1, 2] : [0, 0]
  if (!read || read.words.length < least || read.words.length > most) {
    terminal.err(DOCTOR_USAGE)
    return 2
  }
  try {
    return await (most > 0 ? explain(patient, read.words, terminal) : examine(patient, terminal))
  } catch (error) {
    return unanswered(error, terminal, false)
  }
}

async function examine(patient: Patient, terminal: Terminal): Promise<ExitCode> {
  const { environment, inMemory, providers } = patient
  const { policy, store } = patient.house
  const say = (line: string) => terminal.out(`${shown(line)}\n`)
  await store.ping()
  say('settings  well formed')
  for (const sentence of misspelt(environment)) say(`doubtful  ${sentence}`)
  for (const [at, rule] of policy.rules.entries()) {
    const about = rule.provider === undefined ? 'every provider' : rule.provider
    say(`rule ${at + 1}    ${labelOf(rule, at)}: by ${rule.by}, of ${about}: ${rule.outcome}`)
  }
  say(
    `unknown   people are ${{ refuse: 'refused', enrol: 'new cadets', approval: 'asked to wait' }[policy.unknownPeople]}`,
  )
  if (inMemory) say('logins    unknown: REDIS_URL is empty')
  let code: ExitCode = 0
  const inspected = providers.map(async (settings) => ({
    settings,
    findings: await inspectProvider(settings),
  }))
  for (const { settings, findings } of await Promise.all(inspected)) {
    const { id, issuer } = settings
    const isWrong = findings.some(({ level }) => level === 'wrong')
    const how = claimDecides(policy, { id, issuer }) ? 'its student claim decides' : 'links decide'
    say(`provider  ${id} ${issuer}: ${how}; ${isWrong ? 'no login can work' : 'reachable'}`)
    if (isWrong) code = 1
    for (const { level, what } of findings) {
      say(`${{ wrong: 'WRONG    ', doubtful: 'doubtful ' }[level]} ${id}: ${what}`)
    }
    const missing = await missingRoles(store, issuer)
    if (!missing) continue
    code = 1
    const { claim, detail, at } = missing
    say(
      `MISSING   a login of ${id} had no roles, last ${new Date(at).toISOString()}: the claim ${claim} is ${detail}; ROLES_CLAIM may be wrong, or the provider does not send it`,
    )
  }
  return code
}
