/**
 * npm run bench: what a call costs behind the gateway with every check on, beside its baselines, in one interleaved run.
 * The doors share one core, everything else has the rest. Needs taskset, wrk, nginx and redis-server (all in Debian).
 * ROUNDS and SECONDS (of each measurement) may be set in the environment.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { lifetimes } from '../gateway/src/store/lifetimes.ts'
import { createRedisStore } from '../gateway/src/store/redis-store.ts'
import { GATEWAY, openDoors } from './doors.ts'
import { eventTimes } from './first-event.ts'
import { load } from './load.ts'
import { memory, portOpen, startOn, stopAll, useCore } from './processes.ts'
import { countRefusals, timeToRefusal } from './proof.ts'
import { type Results, table } from './report.ts'
import { mintTokens } from './tokens.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 5)
const SECONDS = Number(process.env.SECONDS ?? 3)
const CONNECTIONS = [1, 32, 256]
const STREAMS_A_ROUND = 40
/** Calls before a door is measured, and after which its memory is read. */
const WARM_UP = 100_000
const REDIS = 18080

const missing = ['taskset', 'wrk', 'nginx', 'redis-server'].filter(
  (tool) => spawnSync('which', [tool]).status !== 0,
)
const count = cpus().length
if (missing.length > 0 || count < 2) {
  const need = missing.length > 0 ? `${missing.join(', ')} on PATH` : 'two cores'
  process.stderr.write(`The bench needs ${need}.\n`)
  process.exit(1)
}
const cores = { door: '0', rest: count === 2 ? '1' : `1-${count - 1}` }
const folder = mkdtempSync(join(tmpdir(), 'bench-'))
try {
  useCore(cores.rest)
  const results = await measure()
  const name = results.date.slice(0, 16).replace(':', '')
  writeFileSync(new URL(`results/${name}.json`, import.meta.url), `${JSON.stringify(results)}\n`)
  process.stdout.write(`${table(results)}\nRaw rounds: bench/results/${name}.json\n`)
} finally {
  await stopAll()
  rmSync(folder, { recursive: true })
}
process.exit()

async function measure(): Promise<Results> {
  const redisUrl = `redis://127.0.0.1:${REDIS}`
  startOn(cores.rest, 'redis-server', ['--port', String(REDIS), '--save', '', '--dir', folder])
  await portOpen(REDIS)
  const redis = new Redis(redisUrl)
  const store = createRedisStore({
    url: redisUrl,
    prefix: 'gateway:',
    lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 86_400 }),
    now: Date.now,
    onLost: (error) => process.stderr.write(`${error.message}\n`),
  })
  const tokens = await mintTokens(store, `http://localhost:${GATEWAY}/mcp`, folder)
  const doors = await openDoors(cores, tokens, redisUrl, folder)
  await pause(2000)
  const idle = doors.map(({ pids }) => memory(pids))
  const rounds: Results['rounds'] = []
  const events: Results['events'] = []
  const proof: Results['proof'] = {
    refusals: {},
    storeReads: 0,
    gatewayCalls: 0,
    revocationSeenAfter: Number.NaN,
  }

  // A just-in-time compiler is at work for tens of thousands of calls; a door lives longer than that.
  const calls = new Map<string, number>()
  for (const door of doors) {
    let warm = 0
    while (warm < WARM_UP) warm += (await load(door, 32, SECONDS)).requests
    calls.set(door.name, warm)
    process.stderr.write(`${door.name} is warm after ${warm} calls\n`)
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const connections of CONNECTIONS) {
      for (const [n] of doors.entries()) {
        // Nobody is always first.
        const door = doors[(n + round) % doors.length]
        if (!door) continue
        const readsBefore = await storeReads(redis)
        const loading = load(door, connections, SECONDS)
        const watched = door.badToken && countRefusals(door.url, door.badToken, loading)
        if (door.name === 'gateway' && round === ROUNDS - 1 && connections === 32) {
          await pause(500)
          const { grantId, token } = tokens.spare
          const revoke = () => store.revoke(grantId)
          proof.revocationSeenAfter = await timeToRefusal(door.url, token, revoke)
        }
        const measured = await loading
        rounds.push(measured)
        if (watched) {
          const { asked, refused } = await watched
          const before = proof.refusals[door.name] ?? { asked: 0, refused: 0 }
          proof.refusals[door.name] = {
            asked: before.asked + asked,
            refused: before.refused + refused,
          }
        }
        if (door.name === 'gateway') {
          proof.storeReads += (await storeReads(redis)) - readsBefore
          proof.gatewayCalls += measured.requests
        }
        process.stderr.write(
          `round ${round + 1}, ${connections} connections, ${door.name}: ${measured.cpu.toFixed(1)} µs a call, ${measured.failed} failed\n`,
        )
      }
    }
    for (const door of doors) {
      const times = []
      for (let n = 0; n < STREAMS_A_ROUND; n++) times.push(await eventTimes(door))
      events.push({ door: door.name, times })
    }
  }

  const memories = doors.map(({ name, pids }, n) => ({
    door: name,
    idle: idle[n] ?? 0,
    loaded: memory(pids),
    calls: rounds
      .filter(({ door }) => door === name)
      .reduce((sum, { requests }) => sum + requests, calls.get(name) ?? 0),
  }))
  redis.disconnect()
  await store.close()
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? '',
      cores: count,
      node: process.version,
      nginx: spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr.trim(),
    },
    rounds,
    events,
    memory: memories,
    proof,
  }
}

/** How often a grant was read: HMGET is the store's `find`, and nobody else's. */
async function storeReads(redis: Redis): Promise<number> {
  return Number(/cmdstat_hmget:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0)
}
