import { Redis } from 'ioredis'
import t from 'tap'
import { ownRedis } from '../../../test/support/redis.ts'
import { fixtureServer } from '../support/fixture-server.ts'
import { beginSession, call, startHouse } from '../support/house.ts'
import { readSse } from '../support/sse.ts'

const CALLS = 150
const MEGABYTE = 1_000_000

t.test('attack: large answers to one of many calls that wait leave Redis once each', async (t) => {
  const redis = await ownRedis(t)
  const { createServer } = fixtureServer()
  const house = await startHouse({ REDIS_URL: redis.url }, { createServer })
  t.teardown(() => house.close())
  const session = await beginSession(house, await house.gateway.mint(), '2025-11-25', {
    elicitation: {},
  })
  const streams = []
  for (let at = 0; at < CALLS; at++) {
    streams.push(readSse(await session.post(call('ask', {}, at)), () => {}))
  }
  const asked: string[] = []
  for (const stream of streams) asked.push(JSON.parse((await stream.next('message')).data).id)
  const client = new Redis(redis.url)
  t.teardown(() => client.disconnect())
  const sent = async () =>
    Number(/total_net_output_bytes:(\d+)/.exec(await client.info('stats'))?.[1])

  const before = await sent()
  for (const id of asked.slice(0, 2)) {
    const content = { sure: true, padding: 'x'.repeat(MEGABYTE) }
    const answer = { jsonrpc: '2.0', id, result: { action: 'accept', content } }
    t.equal((await session.post(answer)).status, 202)
  }
  for (const stream of streams.slice(0, 2)) {
    t.match((await stream.rest()).at(-1)?.data, /"(accept|error)"/)
  }
  t.ok((await sent()) - before < 3 * MEGABYTE, 'each of the two was read once')

  for (const id of asked.slice(2)) {
    await session.post({ jsonrpc: '2.0', id, result: { action: 'decline' } })
  }
  for (const stream of streams.slice(2)) {
    t.match((await stream.rest()).at(-1)?.data, /"decline"/, 'and nobody’s answer was lost')
  }
})
