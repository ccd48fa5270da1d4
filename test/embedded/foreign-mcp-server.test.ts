/** MCP_UPSTREAM_URL puts any Streamable HTTP server behind the door: one with sessions that nobody here wrote. */
import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { answers, startHouse } from '../support/house-of-npm-start.ts'
import { freePort } from '../support/ports.ts'
import { connectSdkV1, Memory } from '../support/sdk-client.ts'

const entry = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'),
)

t.test('@modelcontextprotocol/server-everything behind the door', async (t) => {
  const port = await freePort()
  const everything = spawn(process.execPath, [entry, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  t.teardown(() => everything.kill())
  while (!(await answers(port))) {
    if (everything.exitCode !== null) throw new Error(`the server ended: ${everything.exitCode}`)
    await wait(50)
  }
  const house = await startHouse(t, { MCP_UPSTREAM_URL: `http://127.0.0.1:${port}/mcp` })

  const people = ['ender', 'bean'].map(
    (username) => new Memory({ username, password: 'battle-school' }, 'none'),
  )
  const clients = []
  for (const memory of people) clients.push(await connectSdkV1(new URL(house.url), memory))
  for (const [index, client] of clients.entries()) {
    t.equal(client.getServerVersion()?.name, 'mcp-servers/everything')
    const echo = await client.callTool({ name: 'echo', arguments: { message: `I am ${index}` } })
    t.match(JSON.stringify(echo.content), `I am ${index}`)
    const steps: number[] = []
    const slow = { name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 4 } }
    const done = await client.callTool(slow, undefined, {
      onprogress: ({ progress }) => steps.push(progress),
    })
    t.match(JSON.stringify(done.content), 'completed')
    t.ok(steps.length >= 3, `${steps.length} progress events came through`)
    t.ok((await client.listResources()).resources.length > 0)
  }
  for (const client of clients) await client.close()
})
