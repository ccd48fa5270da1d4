/** A command that prints an authorization URL and waits at a loopback callback: a person opens the URL, and comes back. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Browser } from './browser.ts'
import { authorize } from './person.ts'

export interface Login {
  username: string
  /** Where the command listens. */
  callback: string
}

export interface Ended {
  code: number | null
  out: string
  err: string
  /** True when it asked for the login. */
  asked: boolean
}

const AUTHORIZATION_URL = /(http:\/\/localhost:\d+\/authorize\?\S+)\s/

/** Reads what a command prints, and sends the person to the first authorization URL in it. */
export class LoginWatch {
  readonly #login: Login
  readonly #onFault: () => void
  #printed = ''
  #visit: Promise<void> | undefined
  #fault: unknown

  /** @param onFault told when the person does not come back: then the command waits in vain */
  constructor(login: Login, onFault: () => void) {
    this.#login = login
    this.#onFault = onFault
  }

  get asked(): boolean {
    return this.#visit !== undefined
  }

  /** Of one stream or several, as long as each is printed by whole lines. */
  read(chunk: Buffer): void {
    this.#printed += chunk.toString()
    const url = AUTHORIZATION_URL.exec(this.#printed)?.[1]
    if (url === undefined || this.asked) return
    this.#visit = logIn(new URL(url), this.#login).catch((error: unknown) => {
      this.#fault = error
      this.#onFault()
    })
  }

  /** Resolves once the person is back, and throws what kept them. */
  async settled(): Promise<void> {
    await this.#visit
    if (this.#fault !== undefined) throw this.#fault
  }
}

/** @param onPrinted told all that the command has printed, whenever that grows */
export async function runWithLogin(
  command: string,
  args: readonly string[],
  login: Login,
  env: NodeJS.ProcessEnv = {},
  onPrinted: (out: string) => void = () => {},
): Promise<Ended> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  const watch = new LoginWatch(login, () => child.kill('SIGTERM'))
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    watch.read(chunk)
    onPrinted(out)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    watch.read(chunk)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  await watch.settled()
  return { code, out, err, asked: watch.asked }
}

async function logIn(url: URL, { username, callback }: Login): Promise<void> {
  const person = { username, password: 'battle-school' }
  const back = await authorize(new Browser(callback), url, person)
  if (back.status !== 0) throw new Error(`stopped at ${back.url.pathname} with ${back.status}`)
  const { body } = await fetch(back.url)
  await body?.cancel()
}
