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

export async function runWithLogin(
  command: string,
  args: readonly string[],
  login: Login,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  let visit: Promise<void> | undefined
  let fault: unknown
  const look = () => {
    const url = AUTHORIZATION_URL.exec(`${out}\n${err}`)?.[1]
    if (url === undefined || visit !== undefined) return
    visit = logIn(new URL(url), login).catch((error: unknown) => {
      fault = error
      child.kill('SIGTERM')
    })
  }
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    look()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
    look()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  await visit
  if (fault !== undefined) throw fault
  return { code, out, err, asked: visit !== undefined }
}

async function logIn(url: URL, { username, callback }: Login): Promise<void> {
  const person = { username, password: 'battle-school' }
  const back = await authorize(new Browser(callback), url, person)
  if (back.status !== 0) throw new Error(`stopped at ${back.url.pathname} with ${back.status}`)
  const { body } = await fetch(back.url)
  await body?.cancel()
}
