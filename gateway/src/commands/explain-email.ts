/**
 * `--explain ADDRESS`: an address is nobody's login. Whose it is in the directory, what their logins give, and what a first
 * login with that address would: a case each, with its result.
 */
import { sha256 } from '../oauth/token-value.ts'
import { claimDecides } from '../students/policy.ts'
import type { House } from '../students/roster.ts'
import { NEEDS_CLAIMS, tellRules } from './tell-rules.ts'
import { type ExitCode, shown, type Terminal } from './usage.ts'

/** @param email as the directory spells it */
export async function explainEmail(
  house: House,
  email: string,
  terminal: Terminal,
): Promise<ExitCode> {
  const { policy, directory } = house
  const say = (line: string) => terminal.out(`${shown(line)}\n`)
  const entry = await directory.entries.withEmail(email)
  say(`e-mail    ${email}: ${entry ? `student ${entry.studentId}` : 'no student of the directory'}`)
  const codes: ExitCode[] = []
  for (const link of entry ? await directory.registrar.assigned(entry.studentId) : []) {
    const { iss, sub, studentId: linked, how, by } = link
    const provider = policy.claimsOf(iss)
    say('')
    say(`case      the login ${sub} of ${provider.id ?? iss}, linked by ${how}, ${by}`)
    if (claimDecides(policy, provider)) {
      say(`result    what the student claim of ${provider.id ?? iss} says: no link overrides it`)
    } else codes.push(await tellRules(house, { iss, sub, claims: undefined, linked }, say))
  }
  // A sub that no provider gives: somebody who never logged in.
  const sub = sha256(email)
  const claims = { email, email_verified: true }
  for (const iss of policy.issuers) {
    const provider = policy.claimsOf(iss)
    say('')
    if (claimDecides(policy, provider)) {
      say(`case      a login of ${provider.id}, whose student claim decides, whatever the address`)
      say(NEEDS_CLAIMS)
      codes.push(0)
    } else {
      say(`case      a first login of ${provider.id} with nothing but this address, verified`)
      codes.push(await tellRules(house, { iss, sub, claims, linked: undefined }, say))
    }
  }
  return codes.includes(0) ? 0 : 1
}
