/** Runs all that is run of the conformance runner against one URL: an assertion for each scenario. */
import type { Test } from 'tap'
import { complaint } from './complaint.ts'
import { listServerScenarios, runServerScenarios } from './runner.ts'
import { RUNS } from './runs.ts'

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
      for (const name of new Set([...scored, ...unscored, ...ran.scenarios.keys()])) {
        const checks = ran.scenarios.get(name)
        succeeded += checks?.filter(({ status }) => status === 'SUCCESS').length ?? 0
        if (name in expected) met.add(name)
        t.equal(complaint(checks, name in expected), undefined, name)
      }
      t.ok(ran.scenarios.size >= scenarios, `${ran.scenarios.size} scenarios of ${scenarios} ran`)
      t.ok(succeeded >= successes, `${succeeded} checks of ${successes} succeeded`)
    })
  }
  const stale = Object.keys(expected).filter((name) => !met.has(name))
  t.same(stale, [], 'every expected failure is a scenario of some run')
}
