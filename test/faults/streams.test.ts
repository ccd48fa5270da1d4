/** Many at once on one replica: sessions with calls, and open GET streams whose memory is flat. */
import { readFileSync } from 'node:fs'
import { type ClientRequest, request } from 'node:http'
import t from 'tap'
import { beginSession, call, message, type WireSession } from '../../mcp/test/support/house.ts'
import { type Replicas, startReplicas } from './replicas.ts'

/** As many as the descriptors of two processes allow; fewer by FAULT_STREAMS. */
const STREAMS = Number(process.env.FAULT_STREAMS ?? 10_000)
const AT_A_TIME = 50
/** Bytes of memory that an open stream may cost. */
const MOST_EACH = 40 * 1024

const house = await startReplicas(t, 1)
const mcpUrl = new URL('/mcp', house.services[0]?.origin)

/** Does it for each number below the count, so many at a time. */
async function forEach(count: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
}

function tokens({ gateway }: Replicas) {
  const minted = new Map<number, { token: Promise<string>; until: number }>()
  return (person: number) => {
    const found = minted.get(person)
    if (found && found.until > Date.now()) return found.token
    const token = gateway.mint({ claims: { sub: `person-${person}` } })
    minted.set(person, { token, until: Date.now() + 30_000 })
    return token
  }
}
const tokenOf = tokens(house)

/** Resident bytes of the replica. */
function resident(): number {
  const status = readFileSync(`/proc/${house.services[0]?.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}

/** A GET of each session; `told` resolves once each was told of a change. */
async function openAll(sessions: readonly WireSession[]) {
  let told = 0
  let allTold = () => {}
  const all = new Promise<void>((resolve) => {
    allTold = resolve
  })
  const open: ClientRequest[] = []
  await forEach(sessions.length, async (at) => {
    const headers = {
      authorization: `Bearer ${await tokenOf(Math.floor(at / 100))}`,
      accept: 'text/event-stream',
      'mcp-session-id': sessions[at]?.id ?? '',
    }
    await new Promise<void>((resolve, reject) => {
      const asked = request(mcpUrl, { agent: false, headers })
      open.push(asked)
      asked.on('error', reject)
      asked.on('response', (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
        response.on('error', () => {})
        response.on('data', (chunk: Buffer) => {
          if (chunk.includes('list_changed') && ++told === sessions.length) allTold()
        })
        resolve()
      })
      asked.end()
    })
  })
  const close = () => {
    for (const asked of open) asked.destroy()
  }
  return { told: all, close }
}

t.test('1,000 sessions at once, each with calls of its own', async (t) => {
  const wrong: string[] = []
  await forEach(1_000, async (at) => {
    const session = await beginSession({ mcpUrl }, await tokenOf(at % 100))
    for (let time = 0; time < 3; time++) {
      const text = `${at}.${time}`
      const { result } = await message(await session.post(call('echo', { text })))
      if (!JSON.stringify(result).includes(`"${text}"`)) wrong.push(text)
    }
    await (await session.end()).text()
  })
  t.strictSame(wrong, [])
})

t.test(`${STREAMS} open GET streams: flat memory, and all are told`, async (t) => {
  const sessions: WireSession[] = []
  await forEach(STREAMS, async (at) => {
    sessions[at] = await beginSession({ mcpUrl }, await tokenOf(Math.floor(at / 100)))
  })
  const before = resident()
  const first = await openAll(sessions)
  const full = resident()
  const session = await beginSession({ mcpUrl }, await tokenOf(0))
  await (await session.post(call('announce', { what: 'tools' }))).text()
  await first.told
  const used = resident()
  const each = Math.round((full - before) / STREAMS)
  t.comment(`${STREAMS} streams: ${each} bytes each; all told: ${used - before} bytes in all`)
  t.ok(each < MOST_EACH, `${each} bytes each`)
  first.close()
  // The same load again fits into the memory that came back: what is kept does not grow.
  const again = await openAll(sessions)
  const second = resident()
  t.comment(`a second time: ${Math.round((second - used) / STREAMS)} bytes more each`)
  t.ok(second - used < (STREAMS * MOST_EACH) / 4, 'memory comes back')
  again.close()
})
