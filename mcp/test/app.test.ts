import { McpServer } from '@modelcontextprotocol/server'
import t from 'tap'
import { connect, startHouse } from './support/house.ts'

const house = await startHouse()
t.teardown(() => house.close())

t.test('these are all the routes', async (t) => {
  t.equal(
    house.app
      .printRoutes({ commonPrefix: false })
      .replace(/ \([^)]*\)/g, '')
      .trim(),
    ['├── /healthz', '├── /readyz', '├── /mcp', '├── /messages', '└── /sse'].join('\n'),
  )
})

t.test('what is not there is 404', async (t) => {
  t.equal((await fetch(new URL('/elsewhere', house.origin))).status, 404)
  t.equal((await fetch(new URL('/healthz', house.origin), { method: 'POST' })).status, 404)
})

t.test('closing ends the streams that clients listen on', async (t) => {
  const createServer = () => {
    const server = new McpServer({ name: 'guest', version: '1' })
    server.registerTool('nothing', { description: 'does nothing' }, async () => ({ content: [] }))
    return server
  }
  const other = await startHouse({}, { createServer })
  t.teardown(() => other.gateway.close())
  const client = await connect(other)
  const subscription = await client.listen({ toolsListChanged: true })
  t.match(subscription.honoredFilter, { toolsListChanged: true })
  await other.app.close()
  t.ok(await subscription.closed)
  await t.rejects(fetch(other.mcpUrl))
})
