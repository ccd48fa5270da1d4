/** Runs all that is run of the conformance runner against one URL: an assertion for each scenario. */
import type { Test } from 'tap'
import { complaint } from './complaint.ts'
import { type Check, listServerScenarios, runServerScenarios } from './runner.ts'
import { NOTES, RUNS } from './runs.ts'

/** @param expected scenarios that fail, with the reason; one that no run has is stale too */
export async function conforms(
  t: Test,
  mcpUrl: URL,
  expected: Readonly<Record<string, string>>,
): Promise<void> {
  const met = new Set<string>()
  for (const { title, version, run, list, scenarios, successes } of RUNS) {
    await t.test(title, async (t) => {
      const { scored, unscored } = await listServerScenarios(version, list)
      const ran = await runServerScenarios(t, version, mcpUrl.href, run)
      let succeeded = 0
      for (const name of new Set([...scored, ...unscored, ...ran.keys()])) {
        const checks = ran.get(name)
        succeeded += checks?.filter(counts).length ?? 0
        if (name in expected) met.add(name)
        t.equal(complaint(checks, name in expected), undefined, name)
      }
      t.ok(ran.size >= scenarios, `${ran.size} scenarios of ${scenarios} ran`)
      t.ok(succeeded >= successes, `${succeeded} checks of ${successes} succeeded or are notes`)
    })
  }
  const stale = Object.keys(expected).filter((name) => !met.has(name))
  t.same(stale, [], 'every expected failure is a scenario of some run')
}

function counts({ id, status }: Check): boolean {
  return status === 'SUCCESS' || (status === 'INFO' && NOTES.has(id))
}
