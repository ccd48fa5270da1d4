/** What of the runner is run against a server, and how much of it there has to be. */

import { CURRENT } from './runner.ts'

export interface Run {
  title: string
  version: string
  /** Which scenarios: those of a revision's requirements, and at its wire; or a suite. */
  run: readonly string[]
  /** Of `list`, for the same scenarios. */
  list: readonly string[]
  /** At least so many scenarios run, and so many checks succeed or are NOTES. */
  scenarios: number
  successes: number
}

/**
 * Checks that the runner makes only of a stream, and that are a note where an answer is JSON, which it calls valid too:
 * mcp answers what is there at once, as `tools/list` is, in JSON and without an event log.
 */
export const NOTES: ReadonlySet<string> = new Set(['server-sse-streams-functional'])

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
