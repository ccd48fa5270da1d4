/**
 * The processes of the house, bound to one another: each is forked with a channel, so it ends when the launcher is gone,
 * however that died; and when one ends, all end.
 */
import { type ChildProcess, fork } from 'node:child_process'

export interface Member {
  name: string
  script: URL
  env: NodeJS.ProcessEnv
}

/** Milliseconds; the children need at most 1.5 s. */
const PATIENCE = 1_700
/** A Ctrl-C reaches everybody at once: a child may be gone before we have heard of it. */
const GRACE = 100

export class Household {
  readonly #members = new Map<string, ChildProcess>()
  readonly #onDeath: (name: string) => void
  #closing = false

  /** @param onDeath told once, when a member ended that nobody asked to */
  constructor(onDeath: (name: string) => void) {
    this.#onDeath = onDeath
  }

  start({ name, script, env }: Member): void {
    const child = fork(script, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#members.set(name, child)
    child.once('exit', () => {
      this.#members.delete(name)
      setTimeout(() => {
        if (!this.#closing) this.#onDeath(name)
      }, GRACE)
    })
  }

  /** Resolves when all are gone; who does not go is killed. */
  async close(): Promise<void> {
    this.#closing = true
    await Promise.all([...this.#members.values()].map(end))
  }
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  await gone
  clearTimeout(timer)
}
