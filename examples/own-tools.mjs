// Your own tools in the school's place, with every revision, sessions in Redis and any number of replicas.
import { buildApp, personOf, readConfig } from '@battle-school/mcp'
import { McpServer } from '@modelcontextprotocol/server'

function createServer({ authInfo }) {
  const server = new McpServer({ name: 'own-tools', version: '1' })
  server.registerTool('whoami', { description: 'Who is signed in.' }, async () => ({
    content: [{ type: 'text', text: personOf(authInfo).studentId ?? 'no student' }],
  }))
  return server
}

const config = readConfig(process.env)
await buildApp({ config, createServer }).listen({ port: config.PORT, host: config.HOST })
