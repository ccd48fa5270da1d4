/** A real Dex on loopback: built through the Go module proxy into a cache, once for each version of its sources here. */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { freePort } from './ports.ts'

const SOURCES = fileURLToPath(new URL('./dex/', import.meta.url))
const FILES = ['main.go', 'go.mod', 'go.sum']
const CACHE = fileURLToPath(new URL('../../.cache/dex/', import.meta.url))
/** Milliseconds. */
const START_LIMIT = 30_000
const run = promisify(execFile)

export interface Dex {
  issuer: string
  clientSecret: string
  /** Of ender@school.example. */
  password: string
}

export async function startDex(t: Test, redirectUri: string): Promise<Dex> {
  const binary = await dexBinary()
  const port = await freePort()
  const dex = {
    issuer: `http://127.0.0.1:${port}`,
    clientSecret: 'secret of the gateway at Dex',
    password: 'password of ender at Dex',
  }
  let log = ''
  const child = spawn(binary, {
    env: {
      PORT: String(port),
      DEX_ISSUER: dex.issuer,
      DEX_CLIENT_SECRET: dex.clientSecret,
      DEX_REDIRECT_URI: redirectUri,
      DEX_PASSWORD: dex.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk
    })
  }
  t.teardown(() => void child.kill('SIGKILL'))
  const deadline = Date.now() + START_LIMIT
  const discovery = `${dex.issuer}/.well-known/openid-configuration`
  while (!(await fetch(discovery).catch(() => undefined))?.ok) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`Dex did not start. Its last words:\n${log.slice(-2000)}`)
    }
    await wait(50)
  }
  return dex
}

async function dexBinary(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of FILES) hash.update(await readFile(join(SOURCES, file)))
  const target = join(CACHE, hash.digest('hex').slice(0, 16))
  if (existsSync(target)) return join(target, 'dex')
  await refuseWithoutGo()
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'new-'))
  try {
    for (const file of FILES) await copyFile(join(SOURCES, file), join(folder, file))
    const env = { ...process.env, CGO_ENABLED: '0' }
    await run('go', ['build', '-mod=readonly', '-o', 'dex', '.'], { cwd: folder, env })
    // One step, so that a build that broke off is never taken for a Dex.
    await rename(folder, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return join(target, 'dex')
}

/** Go 1.21 is the first that fetches the release that a module asks for, unless GOTOOLCHAIN forbids it. */
async function refuseWithoutGo(): Promise<void> {
  const wanted = /^go (\S+)$/m.exec(await readFile(join(SOURCES, 'go.mod'), 'utf8'))?.[1]
  const found = await run('go', ['version']).then(
    ({ stdout }) => /go(\d+)\.(\d+)/.exec(stdout),
    () => undefined,
  )
  const [, major = 0, minor = 0] = found ?? []
  if (Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 21)) return
  throw new Error(
    `Dex is built from source: put Go ${wanted} on PATH, or any Go from 1.21 on with GOTOOLCHAIN=auto; ${found ? `there is ${found[0]}` : 'there is none'}.`,
  )
}
