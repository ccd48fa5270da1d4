/** examples/own-tools.mjs as its reader would run it: behind the door, for two people, in two revisions. */
import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { answers, ROOT, startHouse } from '../support/house-of-npm-start.ts'
import { freePort } from '../support/ports.ts'
import { connectSdk, connectSdkV1, Memory } from '../support/sdk-client.ts'

t.test('own tools in place of the school', async (t) => {
  const port = await freePort()
  const house = await startHouse(t, { MCP_UPSTREAM_URL: `http://127.0.0.1:${port}/mcp` })
  const own = spawn(process.execPath, ['examples/own-tools.mjs'], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), PUBLIC_URL: new URL(house.url).origin },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  t.teardown(() => own.kill())
  while (!(await answers(port))) {
    if (own.exitCode !== null) throw new Error(`the example ended: ${own.exitCode}`)
    await wait(50)
  }
  const memory = (username: string) => new Memory({ username, password: 'battle-school' }, 'none')
  const whoami = { name: 'whoami', arguments: {} }
  const legacy = await connectSdkV1(new URL(house.url), memory('ender'))
  t.match(await legacy.callTool(whoami), { content: [{ text: 'BS-2401' }] })
  await legacy.close()
  const { client, close } = await connectSdk(new URL(house.url), memory('bean'))
  t.match(await client.callTool(whoami), { content: [{ text: 'BS-2507' }] })
  await close()
})
