/** The process of `npm run directory`: settings → store → one command. */
import { userInfo } from 'node:os'
import { DIRECTORY_USAGE, directoryCommand } from './commands/directory-command.ts'
import { configOf, inHouse, terminal } from './commands/house.ts'
import { type ExitCode, NO_DIRECTORY } from './commands/usage.ts'
import type { Config } from './config.ts'

const given = process.argv.slice(2)
if (given.includes('--help')) {
  terminal.out(DIRECTORY_USAGE)
} else if (given.length === 0) {
  terminal.err(DIRECTORY_USAGE)
  process.exitCode = 2
} else {
  process.exitCode = await runIn(configOf(process.env))
}

async function runIn(config: Config | undefined): Promise<ExitCode> {
  if (config === undefined) return 1
  if (config.REDIS_URL === '') {
    terminal.err(NO_DIRECTORY)
    return 1
  }
  return inHouse(config, (house) => directoryCommand(house, given, userName(), terminal))
}

/** A container may run as somebody who has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}
