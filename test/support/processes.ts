/** The services as they are run: built, each a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './ports.ts'

export interface Service {
  origin: string
  /** Every line that it printed. */
  log: string[]
  pid: number
  stop(): Promise<void>
  /** As a power cut would end it. */
  kill(): Promise<void>
}

/** Milliseconds. */
const START_LIMIT = 30_000

/** Starts `<workspace>/dist/server.js` on a free port, and waits until it says that it lives. */
export async function startService(
  workspace: 'gateway' | 'mcp',
  environment: Record<string, string>,
): Promise<Service> {
  const script = fileURLToPath(new URL(`../../${workspace}/dist/server.js`, import.meta.url))
  return await startProcess(workspace, [script], environment)
}

/** Starts Node with these arguments on a port, and waits until it says that it lives. */
export async function startProcess(
  name: string,
  args: readonly string[],
  environment: Record<string, string>,
  givenPort?: number,
): Promise<Service> {
  const port = givenPort ?? (await freePort())
  const origin = `http://127.0.0.1:${port}`
  const log: string[] = []
  // Nothing of this machine's own settings.
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, PORT: String(port), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => log.push(...chunk.toString().split('\n').filter(Boolean)))
  }
  let stopping = false
  child.once('exit', (code) => {
    if (!stopping) process.stderr.write(`${name} ended with ${code}:\n${lastWords(log)}\n`)
  })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)

  const deadline = Date.now() + START_LIMIT
  while (!(await isAlive(origin))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      kill()
      throw new Error(`${name} did not start. Its last words:\n${lastWords(log)}`)
    }
    await wait(50)
  }
  const end = async (signal: NodeJS.Signals) => {
    stopping = true
    process.off('exit', kill)
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  return {
    origin,
    log,
    pid: child.pid ?? 0,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

function lastWords(log: readonly string[]): string {
  return log.slice(-20).join('\n')
}

async function isAlive(origin: string): Promise<boolean> {
  return fetch(`${origin}/healthz`).then(
    (response) => response.ok,
    () => false,
  )
}
