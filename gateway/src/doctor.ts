/** The process of `npm run doctor`: settings → store → one look. The same house as the gateway, and nothing is written. */
import { DOCTOR_USAGE, doctorCommand } from './commands/doctor-command.ts'
import { configOf, inHouse, terminal } from './commands/house.ts'
import { providerSettings } from './upstream/read-provider-settings.ts'

const given = process.argv.slice(2)
if (given.includes('--help')) {
  terminal.out(DOCTOR_USAGE)
} else {
  const config = configOf(process.env)
  process.exitCode =
    config === undefined
      ? 1
      : await inHouse(config, (house) =>
          doctorCommand(
            { house, inMemory: config.REDIS_URL === '', providers: providerSettings(config) },
            given,
            terminal,
          ),
        )
}
