/**
 * MCP Inspector's command line against `npm start`. It needs Node 22, and runs with a HOME of its own, since it writes into
 * it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runWithLogin } from '../support/command-with-login.ts'
import { startHouse } from '../support/house-of-npm-start.ts'
import { installPackages, NODE_22, nodeIn } from '../support/npm-packages.ts'

const CALLBACK = 'http://127.0.0.1:6276/oauth/callback'

/** Runs one command; where it asks for a login, the person opens the URL that it prints. */
async function inspect(t: Test, url: string, username: string, args: string[]): Promise<string> {
  const inspector = '@modelcontextprotocol/inspector'
  const modules = installPackages('inspector', [`${inspector}@2.12.0`, NODE_22])
  const launcher = join(modules, inspector, 'clients', 'launcher', 'build', 'index.js')
  const home = mkdtempSync(join(tmpdir(), 'inspector-'))
  t.teardown(() => rmSync(home, { recursive: true, force: true }))
  const { code, out, err, asked } = await runWithLogin(
    nodeIn(modules),
    [launcher, '--cli', url, ...args, '--format', 'json'],
    { username, callback: CALLBACK },
    // Without a terminal it asks for a login only so; there is nothing here that could open.
    { HOME: home, MCP_AUTO_OPEN_ENABLED: 'true' },
  )
  t.equal(code, 0, err.slice(-500))
  t.ok(asked, 'it asked for a login')
  return out
}

t.test('MCP Inspector’s command line logs in and calls a tool, for two people', async (t) => {
  const house = await startHouse(t)
  const tools = await inspect(t, house.url, 'ender', ['--method', 'tools/list'])
  t.match(tools, 'get_student_info')
  const call = ['--method', 'tools/call', '--tool-name', 'get_student_info']
  t.match(await inspect(t, house.url, 'ender', call), 'BS-2401')
  t.match(await inspect(t, house.url, 'bean', [...call, '--protocol-era', 'modern']), 'BS-2507')
})
