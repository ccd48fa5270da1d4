/**
 * npm run bench:mcp: what one request costs in mcp, as CPU and as a ratio to a bare Fastify JSON echo of the same run. The server
 * under measurement has the first core; wrk and Redis have the rest. Needs taskset, wrk and redis-server.
 * ROUNDS and SECONDS (of each measurement) may be set in the environment.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Mint, startGateway } from '../mcp/test/support/gateway.ts'
import { beginSession } from '../mcp/test/support/house.ts'
import { modernRequest } from '../mcp/test/support/modern.ts'
import { cpuSeconds, portOpen, startOn, stopAll, useCore } from './processes.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 5)
const SECONDS = Number(process.env.SECONDS ?? 3)
const CONNECTIONS = 16
const WARM_UP = 4
const [REDIS, ECHO, SIX_TOOLS, SCHOOL] = [18090, 18091, 18092, 18093]
const BASELINES = new URL('baselines/', import.meta.url).pathname
const MCP = new URL('../mcp/dist/server.js', import.meta.url).pathname

interface Measurement {
  name: string
  pid: number
  port: number
  /** A part of each right answer. */
  expect: string
  request: (token: string, port: number) => Promise<RequestInit> | RequestInit
}

const run = promisify(execFile)
const cores = { server: '0', rest: cpus().length === 2 ? '1' : `1-${cpus().length - 1}` }
const folder = mkdtempSync(join(tmpdir(), 'bench-mcp-'))
useCore(cores.rest)
const gateway = await startGateway()
try {
  const results = await measure(await start())
  const name = `mcp-${results.date.slice(0, 16).replace(':', '')}`
  writeFileSync(new URL(`results/${name}.json`, import.meta.url), `${JSON.stringify(results)}\n`)
  process.stdout.write(`${table(results.rounds)}\nRaw rounds: bench/results/${name}.json\n`)
} finally {
  await stopAll()
  await gateway.close()
  rmSync(folder, { recursive: true })
}
process.exit()

async function start(): Promise<Measurement[]> {
  startOn(cores.rest, 'redis-server', ['--port', String(REDIS), '--save', '', '--dir', folder])
  await portOpen(REDIS)
  const node = (file: string, port: number) =>
    startOn(cores.server, process.execPath, [file], {
      NODE_ENV: 'production',
      PORT: String(port),
      REDIS_URL: `redis://127.0.0.1:${REDIS}`,
      GATEWAY_JWKS_URL: gateway.jwksUrl.href,
      LOG_LEVEL: 'error',
    })
  const echo = node(`${BASELINES}echo.mjs`, ECHO)
  const sixTools = node(`${BASELINES}six-tools.mjs`, SIX_TOOLS)
  const school = node(MCP, SCHOOL)
  await Promise.all([ECHO, SIX_TOOLS, SCHOOL].map(portOpen))

  const tool = { name: 'tool_3', arguments: { name: 'Ender Wiggin' } }
  const own = { name: 'get_student_info', arguments: {} }
  const six = { pid: sixTools, port: SIX_TOOLS }
  return [
    {
      name: 'echo',
      pid: echo,
      port: ECHO,
      expect: 'tools/call',
      request: modern('tools/call', tool),
    },
    {
      name: '2026-07-28 tools/call',
      ...six,
      expect: '"said"',
      request: modern('tools/call', tool),
    },
    { name: '2026-07-28 tools/list', ...six, expect: 'tool_5', request: modern('tools/list') },
    { name: 'session tools/call', ...six, expect: '"said"', request: session('tools/call', tool) },
    { name: 'session tools/list', ...six, expect: 'tool_5', request: session('tools/list') },
    {
      name: 'school, 2026-07-28 get_student_info',
      pid: school,
      port: SCHOOL,
      expect: 'BS-2401',
      request: modern('tools/call', own),
    },
    {
      name: 'school, session get_student_info',
      pid: school,
      port: SCHOOL,
      expect: 'BS-2401',
      request: session('tools/call', own),
    },
  ]
}

function modern(method: string, params?: { name: string; arguments: object }) {
  return (token: string) => modernRequest(method, params, token, 'ID')
}

function session(method: string, params: object = {}) {
  return async (token: string, port: number) => {
    const { id } = await beginSession({ mcpUrl: new URL(`http://127.0.0.1:${port}/mcp`) }, token)
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': id,
      'mcp-protocol-version': '2025-11-25',
    }
    return { headers, body: JSON.stringify({ jsonrpc: '2.0', id: 'ID', method, params }) }
  }
}

async function measure(measurements: Measurement[]) {
  const rounds: Record<string, number[]> = {}
  for (const each of measurements) await load(each, WARM_UP)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [n] of measurements.entries()) {
      // Nobody is always first.
      const each = measurements[(n + round) % measurements.length]
      if (!each) continue
      const cpu = await load(each, SECONDS)
      rounds[each.name] = [...(rounds[each.name] ?? []), cpu]
      process.stderr.write(`round ${round + 1}, ${each.name}: ${cpu.toFixed(1)} µs\n`)
    }
  }
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }
  return { date: new Date().toISOString(), machine, rounds }
}

/** Microseconds of CPU a request. */
async function load({ pid, port, expect, request }: Measurement, seconds: number): Promise<number> {
  // An assertion lives a minute.
  const mint: Mint = {}
  const { headers, body } = await request(await gateway.mint(mint), port)
  const lines = Object.entries(headers as Record<string, string>).map((header) => header.join(': '))
  const before = cpuSeconds([pid])
  const script = new URL('mcp-calls.lua', import.meta.url).pathname
  const url = `http://127.0.0.1:${port}/mcp`
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, url]
  const { stdout } = await run('wrk', args, {
    env: {
      PATH: process.env.PATH ?? '',
      HEADERS: lines.join('\n'),
      BODY: String(body),
      EXPECT: expect,
    },
  })
  const used = cpuSeconds([pid]) - before
  const result = /^RESULT (.*)$/m.exec(stdout)?.[1]
  if (result === undefined || stdout.includes('WRONG')) throw new Error(`wrk: ${stdout}`)
  return (used * 1e6) / JSON.parse(result).requests
}

function table(rounds: Record<string, number[]>): string {
  const rows = Object.entries(rounds).map(([name, values]) => {
    const ratios = values.map((value, round) => value / (rounds.echo?.[round] ?? Number.NaN))
    return `| ${name} | ${median(values).toFixed(1)} | ×${median(ratios).toFixed(1)} |`
  })
  return ['| request | CPU, µs | of echo |', '|---|---:|---:|', ...rows].join('\n')
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
