/** Replicas that are killed and restarted under clients of 2026-07-28, which have no session and nothing to resume. */
import { type Client, SdkErrorCode } from '@modelcontextprotocol/client'
import t from 'tap'
import { modernRequest } from '../../mcp/test/support/modern.ts'
import { openSse } from '../../mcp/test/support/sse.ts'
import { connectModern, connectTo, listen } from './listener.ts'
import { type Replicas, startReplicas } from './replicas.ts'

/** At every replica that lives, because each request goes to another than the one before. */
async function atEach({ services }: Replicas, client: Client, call: Call): Promise<void> {
  for (const _ of services) await client.callTool(call)
}

type Call = { name: string; arguments: Record<string, unknown> }
const echo: Call = { name: 'echo', arguments: { text: 'others' } }
const announce: Call = { name: 'announce', arguments: { what: 'tools' } }

t.test('a replica is killed in mid-call: an error, and the next call works', async (t) => {
  const house = await startReplicas(t)
  const client = await connectModern(t, house)
  let at = 0
  const caller = await connectTo(house, () => at)
  t.teardown(() => caller.close())
  const answer = caller.callTool({ name: 'hold', arguments: { name: 'killed' } }).then(
    () => undefined,
    (error: { code?: unknown }) => error,
  )
  // By then the one before is at work too.
  await caller.callTool(echo)
  await house.services[0]?.kill()
  const error = await answer
  t.type(error, Error)
  t.not(error?.code, SdkErrorCode.RequestTimeout, 'not only because the client lost its patience')
  at = 1
  t.match(await caller.callTool(echo), { content: [{ text: 'others' }] }, 'elsewhere')
  await house.revive(0)
  await t.resolves(atEach(house, client, echo))
})

// On the wire: the client of the SDK (2.4.0) tells its onerror at once, and whoever called only when its time is over.
t.test('a replica is killed while it tells of its progress: the stream breaks', async (t) => {
  const house = await startReplicas(t)
  const client = await connectModern(t, house)
  const start = house.proxy.log.length
  const steps = { name: 'steps', arguments: { count: 10_000, ms: 20 } }
  const { headers, ...init } = modernRequest('tools/call', steps)
  const stream = await openSse(house.mcpUrl, headers, init)
  await stream.next('message')
  const holder = house.proxy.log[start]?.backend ?? 0
  await house.services[holder]?.kill()
  await t.rejects(stream.rest(), 'it does not end as if all had been said')
  t.match(await client.callTool(echo), { content: [{ text: 'others' }] }, 'elsewhere')
})

t.test('both replicas are restarted, one after the other, under who listens', async (t) => {
  const house = await startReplicas(t)
  const client = await connectModern(t, house)
  const listeners = [await listen(t, house, 0), await listen(t, house, 1)]
  await client.callTool(announce)
  for (const { changes } of listeners) await changes.reaches(1)
  for (const at of house.services.keys()) {
    const there = listeners.filter(({ holder }) => holder === at)
    const ended = there.map(({ ends }) => ends.length)
    await house.services[at]?.stop()
    await house.revive(at)
    for (const [n, { begun }] of there.entries()) await begun.reaches((ended[n] ?? 0) + 2)
    await atEach(house, client, announce)
    // What a replica that ends has not told yet is told by none: there is nothing to resume from.
    for (const { changes } of listeners) await changes.reaches(3 + 2 * at)
  }
  for (const { changes, ends } of listeners) {
    t.equal(changes.seen, 5, 'nothing was missed, nothing came twice')
    t.ok(ends.length > 0)
    t.same(new Set(ends), new Set(['graceful']), 'each stream ended with a word')
  }
})

t.test(
  'a replica is killed under who listens: its stream breaks, and it listens elsewhere',
  async (t) => {
    const house = await startReplicas(t)
    const client = await connectModern(t, house)
    const { begun, changes, ends } = await listen(t, house, 0)
    await house.services[0]?.kill()
    await begun.reaches(2)
    t.same(ends, ['remote'])
    await house.revive(0)
    await atEach(house, client, announce)
    await changes.reaches(2)
    t.equal(changes.seen, 2)
  },
)
