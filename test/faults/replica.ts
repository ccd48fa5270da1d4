/** A replica of mcp as a process of its own, with the fixture in the school's place. */
import { buildApp } from '../../mcp/src/app.ts'
import { readConfig } from '../../mcp/src/config.ts'
import { fixtureServer } from '../../mcp/test/support/fixture-server.ts'

const config = readConfig(process.env)
const app = buildApp({ config, createServer: fixtureServer().createServer })
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)))
await app.listen({ port: config.PORT, host: config.HOST })
