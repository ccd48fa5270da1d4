/** The process: settings, parts, app, listen; closes on SIGTERM, SIGINT, and when whoever forked it is gone. */
import { pino } from 'pino'
import { buildApp } from './app.ts'
import { type Config, ConfigurationError, readConfig } from './config.ts'
import { publicUrls } from './oauth/issuer.ts'
import { logOptions } from './operations/logging.ts'
import { openStore } from './store/open-store.ts'
import { tellMissingRoles } from './students/missing-roles.ts'
import { policyOf } from './students/policy.ts'
import { greet } from './upstream/greet.ts'
import { createOpenIdProvider } from './upstream/openid-provider.ts'
import { createProviders } from './upstream/providers.ts'
import { providerSettings } from './upstream/read-provider-settings.ts'

/** Milliseconds for what is under way; a process that is told to go answers no port two seconds later. */
const FAREWELL = 1_500
/** Milliseconds until a provider that did not answer is asked again. */
const GREETING = 30_000

async function start(config: Config): Promise<void> {
  const now = Date.now
  const log = pino(logOptions(config.LOG_LEVEL))
  const store = openStore(config, log, now)
  const urls = publicUrls(config.PUBLIC_URL)
  const providers = createProviders(
    providerSettings(config).map((settings) => createOpenIdProvider({ settings, urls, now, log })),
  )
  const app = await buildApp({ config, store, providers, log, now })

  let closing = false
  const close = async (reason: string) => {
    if (closing) return
    closing = true
    log.info(`closing: ${reason}`)
    setTimeout(() => process.exit(0), FAREWELL).unref()
    await app.close()
    await store.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void close(signal))
  if (process.channel) process.on('disconnect', () => void close('the parent process is gone'))
  await app.listen({ port: config.PORT, host: config.HOST })
  log.info({ url: urls.resource }, 'listening')
  void tellMissingRoles({ policy: policyOf(config), store }, log)
  void greet(providers.all, (again) => void setTimeout(again, GREETING).unref())
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  return code === 'EADDRINUSE'
    ? `cannot listen: port ${port} is in use; free it, or set PORT`
    : `cannot start: ${error instanceof Error ? error.message : String(error)}`
}

try {
  await start(readConfig(process.env))
} catch (error) {
  process.stderr.write(`gateway: ${explain(error)}\n`)
  process.exit(1)
}
