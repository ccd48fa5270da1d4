/** Redis for the tests that need it: REDIS_URL, else a redis-server of their own from PATH, else one clear sentence. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { freePort } from './ports.ts'

export interface OwnRedis {
  url: string
  port: number
  /** Stops the process as a power cut would. */
  kill(): Promise<void>
  /** Starts it again on the same port: empty, or with `--appendonly yes` as it was. */
  start(): Promise<void>
  /** It keeps its connections and answers nothing. */
  freeze(): void
  thaw(): void
}

/** A Redis that others may use too: keep to `prefix`. */
export async function anyRedis(t: Test): Promise<{ url: string; prefix: string }> {
  const prefix = `test:${randomUUID()}:`
  const url = process.env.REDIS_URL
  if (!url) return { url: (await ownRedis(t)).url, prefix }
  t.teardown(() => removeKeys(url, prefix))
  return { url, prefix }
}

/** A redis-server that the test may kill and freeze. */
export async function ownRedis(t: Test, args: readonly string[] = []): Promise<OwnRedis> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'redis-'))
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  const own: OwnRedis = {
    url,
    port,
    async start() {
      server = await spawnRedis(['--port', String(port), '--dir', folder, ...args])
    },
    async kill() {
      const dying = server
      server = undefined
      if (dying === undefined) return
      const gone = new Promise((resolve) => dying.once('exit', resolve))
      dying.kill('SIGKILL')
      await gone
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
  }
  await own.start()
  t.teardown(async () => {
    await own.kill()
    await rm(folder, { recursive: true, force: true })
  })
  return own
}

async function spawnRedis(args: readonly string[]): Promise<ChildProcess> {
  const server = spawn('redis-server', ['--save', '', '--appendonly', 'no', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => {
      reject(new Error('These tests need Redis: set REDIS_URL, or put redis-server on PATH.'))
    })
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    server.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ready to accept connections')) resolve()
    })
  })
  return server
}

async function removeKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url)
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*` })) {
      if (keys.length > 0) await redis.del(...keys)
    }
  } finally {
    redis.disconnect()
  }
}
