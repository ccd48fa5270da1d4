/** `mcp` and `fastmcp` of PyPI, each with its own OAuth, in a process of its own (visit.py). */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { runWithLogin } from '../../support/command-with-login.ts'
import { freePort } from '../../support/ports.ts'
import { installPythonPackages } from '../../support/python-packages.ts'
import { expectVisit } from './expect-visit.ts'
import type { Battle } from './instructor.ts'
import { type Place, type Transport, urlOf, type Wire } from './place.ts'
import {
  battleOf,
  hasStreams,
  type Planned,
  SIMULATION,
  type Username,
  type Visit,
} from './visit.ts'

const VERSIONS = { mcp: '2.3.0', fastmcp: '4.2.3' }
const PACKAGES = ['mcp', 'fastmcp'] as const

const WAYS: { mode: 'auto' | 'legacy'; transport: Transport; revision: string }[] = [
  { mode: 'auto', transport: '/mcp', revision: '2026-07-28' },
  { mode: 'legacy', transport: '/mcp', revision: '2025-11-25' },
  { mode: 'auto', transport: '/sse', revision: '2025-11-25' },
  { mode: 'legacy', transport: '/sse', revision: '2025-11-25' },
]

export async function python(t: Test, place: Place): Promise<void> {
  for (const name of PACKAGES) {
    for (const [index, { mode, transport, revision }] of WAYS.entries()) {
      const username = index % 2 === 0 ? 'bonzo' : 'ender'
      const way = `${transport === '/sse' ? 'HTTP+SSE' : 'Streamable HTTP'}, ${mode}: ${revision}`
      await t.test(`Python ${name} ${VERSIONS[name]}, ${way}`, async (t) => {
        // Over HTTP+SSE these two name no revision in a header.
        const saysRevision = transport === '/mcp'
        const plan: Planned = { username, transport, revision, saysRevision, endsSession: true }
        await expectVisit(t, place, plan, async (wire) => {
          let reporting: Promise<void> | undefined
          const args = [name, mode, urlOf(place, transport).href]
          const seen = await run(t, username, args, (printed) => {
            const battle = /^report (.*)\n/m.exec(printed)?.[1]
            if (battle) reporting ??= report(JSON.parse(battle), place, plan, wire)
          })
          await reporting
          t.equal(seen.revision, revision)
          return seen
        })
      })
    }
  }
}

async function report(battle: Battle, place: Place, plan: Planned, wire: Wire): Promise<void> {
  if (hasStreams(plan)) await wire.standalone()
  await place.instructor.report(battle)
}

async function run(
  t: Test,
  username: Username,
  args: readonly string[],
  onPrinted: (out: string) => void,
): Promise<Visit & { revision: string }> {
  const versions = PACKAGES.map((name) => `${name}==${VERSIONS[name]}`)
  const interpreter = installPythonPackages('python-clients', versions)
  const script = fileURLToPath(new URL('visit.py', import.meta.url))
  const home = mkdtempSync(join(tmpdir(), 'python-client-'))
  t.teardown(() => rmSync(home, { recursive: true, force: true }))
  const port = await freePort()
  const callback = args[0] === 'mcp' ? `http://127.0.0.1:${port}/` : `http://localhost:${port}/`
  const { code, out, err, asked } = await runWithLogin(
    interpreter,
    [script, ...args, String(port), JSON.stringify([SIMULATION, battleOf(username)])],
    { username, callback },
    {
      HOME: home,
      // Its browser is a command that prints the URL, as a whole line.
      BROWSER: 'echo',
      FASTMCP_LOG_ENABLED: 'false',
      FASTMCP_CHECK_FOR_UPDATES: 'off',
    },
    onPrinted,
  )
  t.equal(code, 0, 'it ends with 0', { err: err.slice(-1500) })
  t.ok(asked, 'it asked for a login')
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
}
