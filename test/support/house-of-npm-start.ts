/** `npm start` as a person runs it, on three free ports. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { freePorts } from './ports.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface StartedHouse {
  npm: ChildProcess
  port: number
  url: string
  output(): string
  /** Resolves with npm's exit code. */
  ended: Promise<number | null>
  /** Pids of gateway, mcp and provider, and of the launcher above them. */
  pids(): { launcher: number; services: number[] }
}

/** @param build false: what is built already is started as npm would start it */
export async function startHouse(
  t: Test,
  env: NodeJS.ProcessEnv = {},
  build = false,
): Promise<StartedHouse> {
  const port = await freePorts(3)
  const [command, args] = build
    ? ['npm', ['start']]
    : [process.execPath, ['keycloak/embedded/dist/main.js']]
  const npm = spawn(String(command), args as string[], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  npm.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  npm.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve) => npm.once('exit', resolve))
  t.teardown(async () => {
    npm.kill('SIGTERM')
    await ended
  })
  const house: StartedHouse = {
    npm,
    port,
    url: `http://localhost:${port}/mcp`,
    output: () => output,
    ended,
    pids() {
      const services = children(npm.pid ?? 0).flatMap((pid) =>
        build ? descendants(pid) : [pid, ...descendants(pid)],
      )
      const all = build ? descendants(npm.pid ?? 0) : [npm.pid ?? 0, ...services]
      const launcher = all.find((pid) => cmdline(pid).includes('keycloak/embedded/dist/main.js'))
      return {
        launcher: launcher ?? 0,
        services: all.filter((pid) => /dist\/(server|provider-process)\.js/.test(cmdline(pid))),
      }
    },
  }
  while (!output.includes('is open') && npm.exitCode === null) await wait(50)
  return house
}

export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** True when, within the milliseconds, none of the house's ports answers any more. */
export async function silentWithin(house: StartedHouse, limit: number): Promise<boolean> {
  const until = Date.now() + limit
  for (;;) {
    const alive = await Promise.all([0, 1, 2].map((offset) => answers(house.port + offset)))
    if (!alive.includes(true)) return true
    if (Date.now() > until) return false
    await wait(20)
  }
}

function cmdline(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

function children(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    )
  } catch {
    return []
  }
}

function descendants(pid: number): number[] {
  return children(pid).flatMap((child) => [child, ...descendants(child)])
}
