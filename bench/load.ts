/** One measurement: wrk calls a tool for a while, and the door's CPU is read before and after. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Door } from './doors.ts'
import { cpuSeconds } from './processes.ts'

export interface Measured {
  door: Door['name']
  connections: number
  requests: number
  seconds: number
  /** Answers that were not 2xx, and connections that broke. */
  failed: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Microseconds of CPU a call, of the door's processes. */
  cpu: number
}

const run = promisify(execFile)
const SCRIPT = new URL('calls.lua', import.meta.url).pathname

export async function load(
  { name, url, pids, tokens }: Door,
  connections: number,
  seconds: number,
): Promise<Measured> {
  const before = cpuSeconds(pids)
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '5s', '-s', SCRIPT, url]
  const { stdout } = await run('wrk', args, {
    env: { PATH: process.env.PATH ?? '', TOKENS: tokens },
  })
  const used = cpuSeconds(pids) - before
  const result = /^RESULT (.*)$/m.exec(stdout)?.[1]
  if (result === undefined) throw new Error(`wrk said no result:\n${stdout}`)
  const measured = JSON.parse(result)
  return { door: name, connections, ...measured, cpu: (used * 1e6) / measured.requests }
}
