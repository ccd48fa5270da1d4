/**
 * npm run bench:streams: what an open stream costs in memory. STREAMS (10,000) GET streams of 2025, each of a session of its own, on
 * one replica of mcp: its memory after a forced collection, before, while they are open, after ROUNDS changes that each of them
 * was told of, and after they closed. Needs redis-server, and `ulimit -Hn` above the number of streams.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startGateway } from '../mcp/test/support/gateway.ts'
import { beginSession, call, message } from '../mcp/test/support/house.ts'
import { compiledReplica } from '../test/faults/compiled.ts'
import { Tally } from '../test/faults/tally.ts'
import { freePort } from '../test/support/ports.ts'
import { openRawStreams } from '../test/support/raw-streams.ts'
import { portOpen, startOn, stopAll } from './processes.ts'

const STREAMS = Number(process.env.STREAMS ?? 10_000)
const ROUNDS = Number(process.env.ROUNDS ?? 20)
const OF_ONE_PERSON = 10
/** Milliseconds: the replica sees the end of its connections one by one. */
const SETTLING = 10_000
/** That a process remembers once they are verified (mcp/src/authentication/verified-assertions.ts). */
const ASSERTIONS = 10_000
const ALL_CORES = `0-${cpus().length - 1}`

const folder = mkdtempSync(join(tmpdir(), 'bench-streams-'))
const [redisPort, port] = [await freePort(), await freePort()]
startOn(ALL_CORES, 'redis-server', ['--port', String(redisPort), '--save', '', '--dir', folder])
await portOpen(redisPort)
const gateway = await startGateway()
const replica = fork(compiledReplica(), {
  execArgv: ['--expose-gc', '--import', new URL('baselines/memory.mjs', import.meta.url).href],
  env: {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    PORT: String(port),
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    GATEWAY_JWKS_URL: gateway.jwksUrl.href,
  },
})
try {
  await portOpen(port)
  const results = await measure(new URL(`http://127.0.0.1:${port}/mcp`))
  const name = `streams-${results.date.slice(0, 16).replace(':', '')}`
  writeFileSync(new URL(`results/${name}.json`, import.meta.url), `${JSON.stringify(results)}\n`)
  const rows = results.measured.map(({ when, rss, heapUsed }) => {
    return `| ${when} | ${megabytes(rss)} | ${megabytes(heapUsed)} |`
  })
  process.stdout.write(`| | RSS, MB | heap, MB |\n|---|---:|---:|\n${rows.join('\n')}\n`)
  process.stdout.write(`Raw: bench/results/${name}.json\n`)
} finally {
  replica.kill()
  await stopAll()
  await gateway.close()
  rmSync(folder, { recursive: true })
}
process.exit()

async function measure(mcpUrl: URL) {
  const measured: { when: string; rss: number; heapUsed: number }[] = []
  const measureNow = async (when: string) => {
    const answer = once(replica, 'message')
    replica.send('memory')
    const [memory] = await answer
    measured.push({ when, ...(memory as { rss: number; heapUsed: number }) })
    process.stderr.write(`${JSON.stringify(measured.at(-1))}\n`)
  }
  const mint = (n: number) =>
    gateway.mint({ claims: { sub: `person-${Math.floor(n / OF_ONE_PERSON)}` } })
  const heard = new Tally()
  const open = (count: number) => openRawStreams(mcpUrl, count, mint, () => heard.count())
  const announce = async () => {
    const session = await beginSession({ mcpUrl }, await gateway.mint())
    await message(await session.post(call('announce', { what: 'tools' })))
  }
  // What is compiled and loaded once is nobody's stream.
  for (const { socket, session } of await open(200)) {
    await session.end()
    socket.destroy()
  }
  // As many as it remembers of anybody, so that those of the streams are no growth.
  for (let n = 0; n < ASSERTIONS; n++) {
    const headers = { authorization: `Bearer ${await mint(n)}` }
    await (await fetch(mcpUrl, { method: 'OPTIONS', headers })).text()
  }
  await measureNow('no stream')
  const streams = await open(STREAMS)
  await measureNow(`${STREAMS} streams`)
  for (let round = 1; round <= ROUNDS; round++) {
    await announce()
    await heard.reaches(round * STREAMS)
    if (round === 1 || round === ROUNDS) await measureNow(`after ${round} changes told to each`)
  }
  const closed = streams.map(({ socket }) => once(socket, 'close'))
  for (const { socket } of streams) socket.end()
  await Promise.all(closed)
  await setTimeout(SETTLING)
  await measureNow('all closed')
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }
  return { date: new Date().toISOString(), machine, streams: STREAMS, rounds: ROUNDS, measured }
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
