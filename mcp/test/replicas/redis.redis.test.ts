import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { anyRedis, ownRedis } from '../../../test/support/redis.ts'
import { redisRelay } from '../../../test/support/redis-relay.ts'
import { connectRedis } from '../../src/redis/redis-client.ts'
import { RedisBus } from '../../src/replicas/redis-bus.ts'
import { RedisEventFeed } from '../../src/replicas/redis-event-feed.ts'
import { keepsItsPromises as busKeepsItsPromises } from './bus-promises.ts'
import { keepsItsPromises as feedKeepsItsPromises } from './event-feed-promises.ts'

async function openBus(
  t: Test,
  url: string,
  prefix: string,
  busUrl = url,
  onLost: (error: Error) => void = () => {},
) {
  const client = connectRedis([url])
  const subscriber = connectRedis([busUrl], { subscribes: true })
  // Faults are what some of these tests are about.
  client.on('error', () => {})
  subscriber.on('error', () => {})
  const bus = new RedisBus({
    client,
    subscriber,
    prefix,
    onLost,
    onError: (error) => void t.error(error),
  })
  t.teardown(async () => {
    await bus.close()
    client.disconnect()
  })
  // Its first own call is heard: the bus listens.
  await new Promise<void>((resolve) => bus.onGap(resolve))
  return { bus, client, subscriber }
}

const { url } = await anyRedis(t)
const prefixOf = () => `test:${randomUUID()}:`

function openFeed(
  t: Test,
  { bus, client }: Pick<Awaited<ReturnType<typeof openBus>>, 'bus' | 'client'>,
  prefix: string,
) {
  const onError = (error: Error) => {
    if (error.message !== 'expected by the test') t.error(error)
  }
  const feed = new RedisEventFeed({ client, bus, prefix, onError })
  t.teardown(() => feed.close())
  return feed
}

t.test('the bus over Redis', async (t) => {
  await busKeepsItsPromises(t, async (t) => {
    const prefix = prefixOf()
    return [(await openBus(t, url, prefix)).bus, (await openBus(t, url, prefix)).bus]
  })
})

t.test('the feed over Redis', async (t) => {
  await feedKeepsItsPromises(t, async (t) => {
    const prefix = prefixOf()
    const feeds = [
      openFeed(t, await openBus(t, url, prefix), prefix),
      openFeed(t, await openBus(t, url, prefix), prefix),
    ] as const
    for (const feed of feeds) await feed.newest()
    return feeds
  })
})

t.test('a replica that closed its bus is not present, one that is gone not for long', async (t) => {
  const prefix = prefixOf()
  const { bus } = await openBus(t, url, prefix)
  const other = await openBus(t, url, prefix)
  t.equal(await bus.isPresent(other.bus.replica), true)
  await other.bus.close()
  t.equal(await bus.isPresent(other.bus.replica), false)
  const redis = new Redis(url)
  const left = await redis.pttl(`${prefix}replica:${bus.replica}`)
  t.ok(left > 0 && left <= 5_000)
  redis.disconnect()
})

for (const how of ['severed', 'silent', 'killed by Redis'] as const) {
  t.test(`a subscriber that is ${how} has a gap, and the feed loses nothing`, async (t) => {
    const relay = await redisRelay(url)
    t.teardown(() => relay.close())
    const prefix = prefixOf()
    const one = await openBus(t, url, prefix, relay.url)
    const other = await openBus(t, url, prefix)
    const feeds = [openFeed(t, one, prefix), openFeed(t, other, prefix)] as const
    for (const feed of feeds) await feed.newest()
    const uris: string[] = []
    const all = new Promise<void>((resolve) => {
      feeds[0].subscribe((event) => {
        uris.push('uri' in event ? event.uri : '')
        if (uris.length === 2) resolve()
      })
    })
    const gap = new Promise<void>((resolve) => {
      one.bus.onGap(resolve)
    })
    const published = (uri: string) =>
      new Promise<void>((resolve) => {
        const stop = feeds[1].subscribe(() => {
          stop()
          resolve()
        })
        feeds[1].publish({ kind: 'resource_updated', uri })
      })
    if (how === 'killed by Redis') {
      // Ended without an error, and back at once.
      one.subscriber.once('close', () => void published('lost'))
      relay.cut('severed')
      relay.mend()
    } else {
      relay.cut(how)
      await published('lost')
      relay.mend()
    }
    await gap
    await published('after')
    await all
    t.strictSame(uris, ['lost', 'after'])
  })
}

t.test('a clock that is set anew neither cuts the bus off nor makes it deaf', async (t) => {
  const prefix = prefixOf()
  const { bus, subscriber } = await openBus(t, url, prefix)
  let cut = 0
  subscriber.on('close', () => {
    cut += 1
  })
  const listener = new Redis(url)
  t.teardown(() => listener.disconnect())
  await listener.subscribe(`${prefix}bus:${bus.replica}`)
  const ticks = (count: number) =>
    new Promise<void>((resolve) => {
      let left = count
      listener.on('message', () => {
        left -= 1
        if (left === 0) resolve()
      })
    })
  const { now } = Date
  for (const jump of [3_600_000, -3_600_000]) {
    Date.now = () => now() + jump
    // Each looks whether the last call of one's own was long ago.
    await ticks(2)
  }
  Date.now = now
  t.equal(cut, 0)
  const heard = new Promise<string>((resolve) => {
    bus.listen('topic', resolve)
  })
  await bus.tell('topic', 'still here')
  t.equal(await heard, 'still here')
})

t.test('Redis that is away is told of, and that it was closed is not', async (t) => {
  const redis = await ownRedis(t)
  const lost: Error[] = []
  let onLost = () => {}
  const noticed = new Promise<void>((resolve) => {
    onLost = resolve
  })
  const { bus, client } = await openBus(t, redis.url, prefixOf(), redis.url, (error) => {
    lost.push(error)
    onLost()
  })
  await redis.kill()
  await noticed
  t.match(lost[0], { name: 'StoreUnavailableError' })
  await bus.close()
  const { length } = lost
  client.disconnect()
  await wait(0)
  t.equal(lost.length, length)
})

t.test('Redis restarts: presence comes back before anybody is taken for dead', async (t) => {
  const redis = await ownRedis(t)
  const prefix = prefixOf()
  const one = await openBus(t, redis.url, prefix)
  const other = await openBus(t, redis.url, prefix)
  const gaps = [one, other].map(({ bus }) => new Promise<void>((resolve) => bus.onGap(resolve)))
  await redis.kill()
  await redis.start()
  await Promise.all(gaps)
  // Three looks, a second apart, are what a view gives a replica.
  let present = false
  for (let look = 0; look < 3 && !present; look++) {
    present = await one.bus.isPresent(other.bus.replica)
    if (!present) await wait(1_000)
  }
  t.ok(present)
})
