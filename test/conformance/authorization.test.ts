/**
 * The authorization scenarios of MCP's own conformance runner against `npm start`. Its exit code is 0 with a warning or a
 * skipped scenario too, so its result files are read: which scenarios ran, which checks they made, and that each succeeded.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ClaudeClient } from '../support/claude-client.ts'
import { type Ended, runWithLogin } from '../support/command-with-login.ts'
import { startHouse } from '../support/house-of-npm-start.ts'
import { freePort } from '../support/ports.ts'
import { type Check, CURRENT, installRunner } from './runner.ts'

/** Every authorization scenario of that version, in its order, with the checks of each. */
const SCENARIOS = {
  'authorization-server-metadata-endpoint': [
    'authorization-server-metadata',
    'authorization-server-metadata-cimd',
  ],
  'authorization-code-grant': ['authorization-code-grant'],
}

async function conformance(args: readonly string[], port: number): Promise<Ended> {
  const { node, script } = installRunner(CURRENT)
  const login = { username: 'ender', callback: `http://127.0.0.1:${port}/callback` }
  return runWithLogin(node, [script, ...args], login)
}

/** Runs every scenario against an issuer, and reads what it wrote down. */
async function authorization(t: Test, issuer: string, more: readonly string[], port: number) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const where = ['--url', issuer, '--port', String(port), '--output-dir', folder]
  const ended = await conformance(['authorization', ...where, ...more], port)
  const checks: Record<string, Check[]> = {}
  for (const name of readdirSync(folder)) {
    const scenario = /^authorization-server-(.+)-\d{4}-\d\d-\d\dT/.exec(name)?.[1] ?? name
    checks[scenario] = JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8'))
  }
  return { ...ended, checks }
}

t.test('MCP’s conformance runner, authorization server', async (t) => {
  const house = await startHouse(t)
  const issuer = new URL(house.url).origin

  await t.test('the version has the scenarios that are asserted here, and no other', async (t) => {
    const { code, out } = await conformance(['list', '--authorization'], await freePort())
    t.equal(code, 0)
    const names = [...out.matchAll(/^ +- (\S+)/gm)].map(([, name]) => name)
    t.same(names, Object.keys(SCENARIOS))
  })

  for (const [title, resource] of [
    ['RFC 8707: with a resource', ['--resource', house.url]],
    ['2025-03-26: without a resource', []],
  ] as const) {
    await t.test(`RFC 8414, OAuth 2.1 section 4.1, ${title}: every check succeeds`, async (t) => {
      const port = await freePort()
      const { registered } = await ClaudeClient.register(issuer, {
        client_name: 'conformance',
        redirect_uris: [`http://127.0.0.1:${port}/callback`],
      })
      const client = ['--client-id', registered.client_id]
      const run = await authorization(t, issuer, [...client, ...resource], port)
      t.ok(run.asked, 'a person was asked to log in and to consent')
      t.equal(run.code, 0, 'the runner exits with 0')
      t.same(Object.keys(run.checks).sort(), Object.keys(SCENARIOS).sort())
      for (const [scenario, ids] of Object.entries(SCENARIOS)) {
        const checks = run.checks[scenario] ?? []
        t.same(
          checks.map(({ id }) => id),
          ids,
          scenario,
        )
        for (const { id, status, errorMessage } of checks) {
          t.equal(status, 'SUCCESS', `${id}: ${errorMessage ?? 'nothing to object to'}`)
        }
      }
    })
  }

  await t.test(
    'RFC 8414 section 3.3: the runner objects to an issuer that is another’s',
    async (t) => {
      // The same server under another name, and no client: the runner judges, and nobody logs in.
      const run = await authorization(t, `http://127.0.0.1:${house.port}`, [], await freePort())
      t.equal(run.code, 1)
      t.notOk(run.asked)
      const [metadata] = run.checks['authorization-server-metadata-endpoint'] ?? []
      t.match(metadata, { status: 'FAILURE', errorMessage: `Invalid issuer: ${issuer}` })
      t.match(run.checks['authorization-code-grant'], [{ status: 'SKIPPED' }])
    },
  )
})
