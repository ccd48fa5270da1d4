/** Processes on a core of their own, and what they used: read from /proc, children included. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'

const started: ChildProcess[] = []
/** Ticks a second of /proc/<pid>/stat. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

export function startOn(
  core: string,
  command: string,
  args: string[],
  environment: Record<string, string> = {},
): number {
  const child = spawn('taskset', ['-c', core, command, ...args], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  started.push(child)
  return child.pid ?? 0
}

export async function stopAll(): Promise<void> {
  await Promise.all(
    started.map((child) => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      return gone
    }),
  )
}

export function useCore(cores: string): void {
  execFileSync('taskset', ['-a', '-cp', cores, String(process.pid)])
}

/** CPU seconds, user and system, of processes and their children. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of withChildren(pids)) {
    const fields = statOf(pid)
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks / TICKS
}

/** Proportional set size in MB. */
export function memory(pids: readonly number[]): number {
  let kilobytes = 0
  for (const pid of withChildren(pids)) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  }
  return Math.round(kilobytes / 102.4) / 10
}

function withChildren(pids: readonly number[]): Set<number> {
  const found = new Set(pids)
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  for (const pid of all.sort((a, b) => a - b)) {
    try {
      if (found.has(Number(statOf(pid)[1]))) found.add(pid)
    } catch {
      // Gone since the folder was read.
    }
  }
  return found
}

/** The fields of stat after the name, so that [0] is the state, [1] the parent. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

export async function portOpen(port: number): Promise<void> {
  const until = Date.now() + 20_000
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    if (Date.now() > until) throw new Error(`nothing listens on port ${port} after 20 s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
