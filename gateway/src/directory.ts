/** The process of `npm run directory`: settings → store → one command. */
import { userInfo } from 'node:os'
import { DIRECTORY_USAGE, directoryCommand } from './commands/directory-command.ts'
import { configOf, inHouse, terminal } from './commands/house.ts'

const given = process.argv.slice(2)
const config = configOf(process.env)
if (given.length === 0) {
  terminal.err(DIRECTORY_USAGE)
  process.exitCode = 2
} else if (config === undefined) {
  process.exitCode = 1
} else if (config.REDIS_URL === '') {
  terminal.err('REDIS_URL is empty: the directory of a house in memory ends with its process\n')
  process.exitCode = 1
} else {
  process.exitCode = await inHouse(config, (house) =>
    directoryCommand(house, given, userName(), terminal),
  )
}

/** A container may run as somebody who has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim()
  }
}
