/** The rules as they walk for one login, each with why, and what comes of it in the directory as it is. Nothing is written. */
import { type Decision, emailAsked, type Facts, walkRules } from '../students/enrolment-rules.ts'
import { personIdOf } from '../students/links.ts'
import type { House } from '../students/roster.ts'
import type { ExitCode } from './usage.ts'

export const NEEDS_CLAIMS = 'result    depends on the claims of the login: give them as a JSON file'

/** Ends with a line `result`. */
export async function tellRules(
  house: House,
  known: Omit<Facts, 'byEmail'>,
  say: (line: string) => void,
): Promise<ExitCode> {
  const facts = { ...known, byEmail: await emailFact(house, known) }
  const { findings, decision } = walkRules(house.policy, facts)
  for (const { at, rule, result, why } of findings) say(`rule ${at}    ${rule}: ${result}: ${why}`)
  if (findings.some(({ result }) => result === 'depends')) {
    say(
      known.claims === undefined
        ? NEEDS_CLAIMS
        : 'result    depends on the directory: set REDIS_URL',
    )
    return 0
  }
  return tellResult(house, facts, decision, say)
}

/** What the decision of the rules comes to in the directory as it is. */
async function tellResult(
  { policy, directory, store }: House,
  { iss, sub }: Facts,
  decision: Decision,
  say: (line: string) => void,
): Promise<ExitCode> {
  const personId = personIdOf(iss, sub)
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
): Promise<Facts['byEmail']> {
  const asked = emailAsked(policy, facts)
  const entry = asked === undefined ? undefined : await directory.entries.withEmail(asked)
  if (!entry) return undefined
  const free = await directory.registrar.isFree(personIdOf(facts.iss, facts.sub), entry.studentId)
  return { studentId: entry.studentId, free }
}
