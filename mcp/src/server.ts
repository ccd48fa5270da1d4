/** The process: config → app → listen → close on SIGTERM, SIGINT, or the death of whoever started it over IPC. */
import { buildApp } from './app.ts'
import { type Config, ConfigurationError, readConfig } from './config.ts'

/** ms for calls in flight; a process that is told to go answers no port 2 s later. */
const FAREWELL = 1_500

async function start(config: Config): Promise<void> {
  const app = buildApp({ config })
  let closing = false
  const close = async (reason: string) => {
    if (closing) return
    closing = true
    app.log.info(`closing: ${reason}`)
    setTimeout(() => process.exit(0), FAREWELL).unref()
    await app.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void close(signal))
  }
  if (process.channel) process.on('disconnect', () => void close('the parent process is gone'))
  await app.listen({ port: config.PORT, host: config.HOST })
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message
  const { code, address, port } = error as NodeJS.ErrnoException & {
    address?: string
    port?: number
  }
  if (code === 'EADDRINUSE') {
    return `mcp cannot listen: port ${port} on ${address} is in use. Free it, or set PORT.`
  }
  return `mcp cannot start: ${error instanceof Error ? error.message : String(error)}`
}

try {
  await start(readConfig(process.env))
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}
