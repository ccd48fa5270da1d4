/** MCP's conformance runner as a command: which scenarios it has, and what it wrote down of a run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { installPackages, NODE_22, nodeIn } from '../support/npm-packages.ts'

const RUNNER = '@modelcontextprotocol/conformance'

/** The version that has the requirements of every revision. */
export const CURRENT = '0.2.0-alpha.12'

/** Milliseconds for one command; what has not run by then is missing. */
const LIMIT = 120_000

export interface Check {
  id: string
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  errorMessage?: string
}

export interface Command {
  /** The program and its first argument. */
  node: string
  script: string
}

/** Installs one version of the runner, in a folder of its own; they share the Node that they need. */
export function installRunner(version: string): Command {
  const modules = installPackages(`conformance-${version}`, [`${RUNNER}@${version}`])
  const node = nodeIn(installPackages('node', [NODE_22]))
  return { node, script: join(modules, RUNNER, 'dist', 'index.js') }
}

/** Runs server scenarios against a URL: the checks of each that ran. The exit code forgives warnings and unscored scenarios, and is not read. */
export async function runServerScenarios(
  t: Test,
  version: string,
  url: string,
  options: readonly string[],
): Promise<Map<string, Check[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  await run(version, ['server', '--url', url, '-o', folder, ...options])
  const scenarios = new Map<string, Check[]>()
  for (const name of readdirSync(folder)) {
    const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT/.exec(name)?.[1] ?? name
    scenarios.set(scenario, JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8')))
  }
  return scenarios
}

export interface Listed {
  scored: string[]
  /** Run and reported, but the runner's exit code does not count them. */
  unscored: string[]
}

/** The server scenarios that a run with these options has to run. */
export async function listServerScenarios(
  version: string,
  options: readonly string[],
): Promise<Listed> {
  const out = await run(version, ['list', '--server', ...options])
  const names = (text: string | undefined, line: RegExp) =>
    [...(text ?? '').matchAll(line)].map(([, name]) => String(name))
  return {
    scored: names(/^Server scenarios.*\n((?: +- .*\n)+)/m.exec(out)?.[1], /^ +- (\S+)/gm),
    unscored: names(out, /^ {4}- (\S+) \[server\]$/gm),
  }
}

async function run(version: string, args: readonly string[]): Promise<string> {
  const { node, script } = installRunner(version)
  const child = spawn(node, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
  }
  await once(child, 'close')
  return out
}
