/** The process of the embedded provider: everything it needs is named in the realm file's placeholders, and PORT. */
import { readRealm } from './realm.ts'
import { serveProvider } from './serve.ts'

const port = Number(process.env.PORT)
const realm = readRealm(
  new URL('../../realm/battle-school-realm.json', import.meta.url),
  process.env,
)
const server = serveProvider(`http://localhost:${port}`, realm)
const close = () => {
  server.closeAllConnections()
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, close)
process.on('disconnect', close)
server.listen(port, '127.0.0.1')
