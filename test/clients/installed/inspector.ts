/**
 * MCP Inspector's command line. Each command is a process of its own with a login of its own, for which it needs a callback
 * at a fixed port. It needs Node 22, and runs with a HOME of its own, since it writes into it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { runWithLogin } from '../../support/command-with-login.ts'
import { installPackages, NODE_22, nodeIn } from '../../support/npm-packages.ts'
import { expectVisit } from './expect-visit.ts'
import { type Place, type Transport, urlOf } from './place.ts'
import type { Visit } from './visit.ts'

const INSPECTOR = '@modelcontextprotocol/inspector'
const VERSION = '2.12.0'
const CALLBACK = 'http://127.0.0.1:6276/oauth/callback'

const WAYS: { era: 'legacy' | 'auto' | 'modern'; transport: Transport; revision: string }[] = [
  { era: 'legacy', transport: '/mcp', revision: '2025-11-25' },
  { era: 'auto', transport: '/mcp', revision: '2026-07-28' },
  { era: 'modern', transport: '/mcp', revision: '2026-07-28' },
  { era: 'legacy', transport: '/sse', revision: '2025-11-25' },
]

export async function inspector(t: Test, place: Place): Promise<void> {
  for (const [index, { era, transport, revision }] of WAYS.entries()) {
    const username = index % 2 === 0 ? 'ender' : 'bonzo'
    const name = transport === '/sse' ? 'HTTP+SSE' : 'Streamable HTTP'
    const title = `MCP Inspector ${VERSION} --cli, ${name}, --protocol-era ${era}: ${revision}`
    await t.test(title, async (t) => {
      const command = [urlOf(place, transport).href, '--protocol-era', era]
      await expectVisit(t, place, { username, transport, revision }, () =>
        visit(t, command, username),
      )
    })
  }
}

/** Its command line asks nobody, and shows no progress. */
async function visit(t: Test, command: readonly string[], username: string): Promise<Visit> {
  const modules = installPackages('inspector', [`${INSPECTOR}@${VERSION}`, NODE_22])
  const launcher = join(modules, INSPECTOR, 'clients', 'launcher', 'build', 'index.js')
  const home = mkdtempSync(join(tmpdir(), 'inspector-'))
  t.teardown(() => rmSync(home, { recursive: true, force: true }))
  const inspect = async (method: string, ...args: string[]) => {
    const { code, out, err, asked } = await runWithLogin(
      nodeIn(modules),
      [launcher, '--cli', ...command, '--method', method, ...args, '--format', 'json'],
      { username, callback: CALLBACK },
      // Without a terminal it asks for a login only so; there is nothing here that could open.
      { HOME: home, MCP_INSPECTOR_SECRET_STORE: 'memory', MCP_AUTO_OPEN_ENABLED: 'true' },
    )
    t.equal(code, 0, 'it ends with 0', { err: err.slice(-500) })
    t.ok(asked, 'it asked for a login')
    return JSON.parse(out).result
  }
  const { tools } = await inspect('tools/list')
  const own = await inspect('tools/call', '--tool-name', 'get_student_info')
  const prompt = await inspect('prompts/get', '--prompt-name', 'instructor_message')
  const standings = await inspect('resources/read', '--uri', 'school://standings')
  return {
    tools: tools.map(({ name }: { name: string }) => name),
    own: own.structuredContent,
    prompt: JSON.stringify(prompt),
    standings: JSON.stringify(standings),
  }
}
