/**
 * MCP Inspector's command line against `npm start`. It needs Node 22, which npm's `node` package carries: both are installed
 * in a cache of their own, outside the lockfile, and run with a HOME of their own, since the Inspector writes into it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Browser } from '../support/browser.ts'
import { ROOT, startHouse } from '../support/house-of-npm-start.ts'
import { authorize } from '../support/person.ts'

const VERSIONS = ['@modelcontextprotocol/inspector@2.12.0', 'node@22.23.3']
const CALLBACK = 'http://127.0.0.1:6276/oauth/callback'

function installed(): { node: string; inspector: string } {
  const folder = join(ROOT, '.cache', 'inspector')
  const modules = join(folder, 'node_modules')
  const node = join(modules, 'node', 'bin', 'node')
  const inspector = join(
    modules,
    '@modelcontextprotocol',
    'inspector',
    'clients',
    'launcher',
    'build',
    'index.js',
  )
  if (!existsSync(node) || !existsSync(inspector)) {
    mkdirSync(folder, { recursive: true })
    // npm 11 runs no install script unasked; that of `node` fetches the package with the binary.
    const manifest = { private: true, allowScripts: { node: true } }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    const options = ['--no-save', '--no-audit', '--no-fund']
    const { status, stderr } = spawnSync('npm', ['install', ...options, ...VERSIONS], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (status !== 0 || !existsSync(node)) throw new Error(`npm install failed: ${stderr}`)
  }
  return { node, inspector }
}

/** Runs one command; where it asks for a login, the person opens the URL that it prints. */
async function inspect(t: Test, url: string, username: string, args: string[]): Promise<string> {
  const { node, inspector } = installed()
  const home = mkdtempSync(join(tmpdir(), 'inspector-'))
  t.teardown(() => rmSync(home, { recursive: true, force: true }))
  const cli = spawn(node, [inspector, '--cli', url, ...args, '--format', 'json'], {
    // Without a terminal it asks for a login only so; there is nothing here that could open.
    env: { ...process.env, HOME: home, MCP_AUTO_OPEN_ENABLED: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  let asked = false
  const login = async () => {
    const authorization = /(http:\/\/localhost:\d+\/authorize\?\S+)/.exec(`${out}${err}`)?.[1]
    if (authorization === undefined || asked) return
    asked = true
    const browser = new Browser(CALLBACK)
    const person = { username, password: 'battle-school' }
    const back = await authorize(browser, new URL(authorization), person)
    await fetch(back.url)
  }
  cli.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    void login()
  })
  cli.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    void login()
  })
  const code = await new Promise((resolve) => cli.once('exit', resolve))
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
