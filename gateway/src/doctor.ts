/** The process of `npm run doctor`: settings → store → one look. The same house as the gateway, and nothing is written. */
import { DOCTOR_USAGE, doctorCommand } from './commands/doctor-command.ts'
import { configOf, inHouse, terminal } from './commands/house.ts'
import { misspelt } from './commands/misspelt.ts'
import { type ExitCode, shown } from './commands/usage.ts'
import { providerSettings } from './upstream/read-provider-settings.ts'

const { env: environment } = process
const given = process.argv.slice(2)
if (given.includes('--help')) {
  terminal.out(DOCTOR_USAGE)
} else {
  process.exitCode = await examine()
}

async function examine(): Promise<ExitCode> {
  const config = configOf(environment)
  if (config === undefined) {
    // What is not set may be set by another name.
    for (const sentence of misspelt(environment)) terminal.err(`  - ${shown(sentence)}\n`)
    return 1
  }
  const inMemory = config.REDIS_URL === ''
  const providers = providerSettings(config)
  return inHouse(config, (house) =>
    doctorCommand({ house, inMemory, providers, environment }, given, terminal),
  )
}
