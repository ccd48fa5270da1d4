/** The house as a command sees it: the same settings, the same store, and the directory on it. */
import { pino } from 'pino'
import { type Config, ConfigurationError, readConfig } from '../config.ts'
import { createAudit } from '../operations/audit.ts'
import { createMetrics } from '../operations/metrics.ts'
import { openStore } from '../store/open-store.ts'
import { createDirectory } from '../students/directory.ts'
import { policyOf } from '../students/policy.ts'
import type { House } from '../students/roster.ts'
import type { ExitCode, Terminal } from './usage.ts'

export const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
}

/** Undefined after the problems were told. */
export function configOf(environment: Record<string, string | undefined>): Config | undefined {
  try {
    return readConfig(environment)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    terminal.err(`${error.message}\n`)
    return undefined
  }
}

/** Opens the store, works, and closes it whatever happens. */
export async function inHouse(
  config: Config,
  work: (house: House) => Promise<ExitCode>,
): Promise<ExitCode> {
  const now = Date.now
  // Whoever sits at a terminal is told by the command, in words.
  const log = pino({ level: 'silent' })
  const store = openStore(config, log, now)
  const policy = policyOf(config)
  const audit = createAudit(log, createMetrics())
  try {
    return await work({ store, policy, directory: createDirectory({ policy, store, audit, now }) })
  } finally {
    await store.close()
  }
}
