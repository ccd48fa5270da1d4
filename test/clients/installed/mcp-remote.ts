/** mcp-remote: a command that a host starts, with its own OAuth and its own settings folder; the host speaks stdio. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Test } from 'tap'
import { LoginWatch } from '../../support/command-with-login.ts'
import { installPackages } from '../../support/npm-packages.ts'
import { freePort } from '../../support/ports.ts'
import { expectVisit } from './expect-visit.ts'
import { type Place, urlOf } from './place.ts'
import { callsOf, newClient } from './sdk-1.ts'
import { type Calls, makeVisit, type Planned } from './visit.ts'

const VERSION = '0.15.1'

const WAYS: (Omit<Planned, 'username'> & { args: string[] })[] = [
  { args: ['--transport', 'http-only'], transport: '/mcp', revision: '2025-11-25' },
  { args: ['--transport', 'http-first'], transport: '/mcp', revision: '2025-11-25' },
  { args: ['--protocol', 'auto'], transport: '/mcp', revision: '2026-07-28' },
  { args: ['--transport', 'sse-only'], transport: '/sse', revision: '2025-11-25' },
]

export async function mcpRemote(t: Test, place: Place): Promise<void> {
  for (const [index, { args, transport, revision }] of WAYS.entries()) {
    const username = index % 2 === 0 ? 'ender' : 'bonzo'
    const plan: Planned = { username, transport, revision }
    const name = transport === '/sse' ? 'HTTP+SSE' : 'Streamable HTTP'
    await t.test(`mcp-remote ${VERSION}, ${args.join(' ')}, ${name}, ${revision}`, async (t) => {
      await expectVisit(t, place, plan, async (wire) => {
        const url = urlOf(place, transport).href
        const calls = await connect(t, [url, ...args], username)
        // Its host speaks 2025-11-25: a subscription of that is not made into one of 2026-07-28.
        if (revision === '2026-07-28') delete calls.follow
        return makeVisit(calls, place, plan, wire)
      })
    })
  }
}

async function connect(t: Test, [url = '', ...args]: string[], username: string): Promise<Calls> {
  const modules = installPackages('mcp-remote', [`mcp-remote@${VERSION}`])
  const script = join(modules, 'mcp-remote', 'dist', 'proxy.js')
  const port = await freePort()
  const home = mkdtempSync(join(tmpdir(), 'mcp-remote-'))
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [script, url, String(port), ...args],
    // It opens a browser where it finds one.
    env: { HOME: home, MCP_REMOTE_CONFIG_DIR: join(home, 'mcp-remote'), BROWSER: 'true' },
    stderr: 'pipe',
  })
  t.teardown(() => rmSync(home, { recursive: true, force: true }))
  const login = { username, callback: `http://localhost:${port}/oauth/callback` }
  const watch = new LoginWatch(login, () => void transport.close())
  let printed = ''
  transport.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
    watch.read(chunk)
  })
  const { client, questions } = newClient()
  t.teardown(() => client.close())
  try {
    await client.connect(transport)
  } catch (cause) {
    await watch.settled()
    throw new Error(`mcp-remote did not connect: ${printed.slice(-1000)}`, { cause })
  }
  await watch.settled()
  t.ok(watch.asked, 'it asked for a login')
  return callsOf(client, questions)
}
