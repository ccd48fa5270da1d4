/** What of the runner is run against a server, and how much of it there has to be. */

import { CURRENT } from './runner.ts'

export interface Run {
  title: string
  version: string
  /** Which scenarios: those of a revision's requirements, and at its wire; or a suite. */
  run: readonly string[]
  /** Of `list`, for the same scenarios. */
  list: readonly string[]
  /** At least so many scenarios run, and so many checks succeed. */
  scenarios: number
  successes: number
}

function requirements(revision: string, scenarios: number, successes: number): Run {
  const options = ['--requirements', revision]
  const title = `MCP ${revision}: conformance ${CURRENT} ${options.join(' ')}`
  return { title, version: CURRENT, run: options, list: options, scenarios, successes }
}

export const RUNS: readonly Run[] = [
  requirements('2026-07-28', 50, 120),
  requirements('2025-11-25', 33, 84),
  {
    title: 'MCP 2025-11-25: conformance 0.1.16 --suite all',
    version: '0.1.16',
    run: ['--suite', 'all'],
    list: [],
    scenarios: 32,
    successes: 44,
  },
]
