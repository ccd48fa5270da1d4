/** What there is to say against a scenario of the conformance runner, from the checks that it wrote down. */
import type { Check } from './runner.ts'

/** Longest message of a check, and the number of those that are repeated. */
const LENGTH = 300
const MOST = 5

/**
 * @param checks absent where the scenario did not run
 * @param expected the scenario is on a list of failures
 * @returns undefined where all is as it should be
 */
export function complaint(checks: readonly Check[] | undefined, expected: boolean) {
  if (checks === undefined) return 'it did not run'
  // A warning is a SHOULD that is not kept; a skipped check has proven nothing.
  const objections = checks.filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO')
  const failed = objections.length > 0 || !checks.some(({ status }) => status === 'SUCCESS')
  if (expected) return failed ? undefined : 'it passes: take it off the list'
  if (!failed) return undefined
  if (objections.length === 0) return 'it made no check'
  return objections
    .slice(0, MOST)
    .map(({ id, status, errorMessage = '' }) => `${id} ${status} ${errorMessage.slice(0, LENGTH)}`)
    .join('\n')
}
