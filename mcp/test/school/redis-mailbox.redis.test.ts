import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { freePort } from '../../../test/support/ports.ts'
import { anyRedis } from '../../../test/support/redis.ts'
import { redisCluster } from '../../../test/support/redis-cluster.ts'
import { redisRelay } from '../../../test/support/redis-relay.ts'
import { ask } from '../../src/redis/ask.ts'
import { connectRedis } from '../../src/redis/redis-client.ts'
import { RedisMailbox } from '../../src/school/redis-mailbox.ts'
import { mailboxKeepsItsPromises } from './mailbox-promises.ts'

const shared = await anyRedis(t)
const cluster = await redisCluster(t)

function open(t: Test, urls: readonly string[], prefix = `${shared.prefix}${randomUUID()}:`) {
  const client = connectRedis(urls)
  client.on('error', () => {})
  t.teardown(() => client.disconnect())
  const key = (name: string) => `${prefix}{school}:${name}`
  return { mailbox: new RedisMailbox({ client, key, ask }), prefix }
}

for (const [where, urls] of [
  ['Redis', [shared.url]],
  ['Redis Cluster', cluster],
] as const) {
  t.test(where, async (t) => {
    await mailboxKeepsItsPromises(t, async (t) => open(t, urls).mailbox)
  })
}

t.test('two replicas share one mailbox', async (t) => {
  const one = open(t, [shared.url])
  const other = open(t, [shared.url], one.prefix)
  await one.mailbox.deliver('BS-1', 'hello')
  t.match(await other.mailbox.read('BS-1', 1), { messages: [{ text: 'hello', isNew: true }] })
  t.match(await one.mailbox.read('BS-1', 1), { messages: [{ isNew: false }] })
})

t.test(
  'a delivery whose answer was lost is not done twice when the command is repeated',
  async (t) => {
    const relay = await redisRelay(shared.url)
    t.teardown(() => relay.close())
    const { mailbox } = open(t, [relay.url])
    await mailbox.deliver('BS-1', 'before')
    relay.loseAnswerTo('only once')
    await mailbox.deliver('BS-1', 'only once')
    const { messages } = await mailbox.read('BS-1', 10)
    t.strictSame(
      messages.map(({ text }) => text),
      ['only once', 'before'],
    )
  },
)

t.test('what is kept to know a repeated delivery goes away by itself', async (t) => {
  const { mailbox, prefix } = open(t, [shared.url])
  await mailbox.deliver('BS-1', 'hello')
  const redis = new Redis(shared.url)
  t.teardown(() => redis.disconnect())
  const keys = await redis.keys(`${prefix}*`)
  for (const key of keys) t.ok(key.startsWith(`${prefix}{school}:`), 'one slot of a cluster')
  const [sending] = keys.filter((key) => key.includes(':sending:'))
  t.ok((await redis.ttl(String(sending))) > 0)
})

t.test('a Redis that is down is an outage', async (t) => {
  const { mailbox } = open(t, [`redis://127.0.0.1:${await freePort()}`])
  await t.rejects(mailbox.deliver('BS-1', 'hello'), { name: 'StoreUnavailableError' })
  await t.rejects(mailbox.read('BS-1', 1), { name: 'StoreUnavailableError' })
  await t.rejects(mailbox.unread('BS-1'), { name: 'StoreUnavailableError' })
})
