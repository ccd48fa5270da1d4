import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { freePort } from '../../../test/support/ports.ts'
import { anyRedis, ownRedis } from '../../../test/support/redis.ts'
import { connectRedis } from '../../src/redis/redis-client.ts'
import { battleSchool } from '../../src/school/battle-school.ts'
import { RedisSchoolStore } from '../../src/school/redis-school-store.ts'
import type { Roster } from '../../src/school/school-store.ts'
import { newBattle, newReport } from './battle-promises.ts'
import { keepsItsPromises } from './school-store-promises.ts'

const shared = await anyRedis(t)

interface Where {
  url?: string
  prefix?: string
  roster?: Roster
}

function open(t: Test, { url = shared.url, prefix = shared.prefix, roster = battleSchool }: Where) {
  const lost: Error[] = []
  const client = connectRedis([url])
  const onLost = (error: Error) => void lost.push(error)
  const store = new RedisSchoolStore({ client, prefix, roster, onLost })
  t.teardown(() => client.disconnect())
  return { store, lost, client }
}

function direct(t: Test, url: string): Redis {
  const redis = new Redis(url)
  t.teardown(() => redis.disconnect())
  return redis
}

await keepsItsPromises(t, async (t, roster) => {
  return open(t, { prefix: `${shared.prefix}${randomUUID()}:`, roster }).store
})

t.test('seeding is idempotent, by any number of replicas at once', async (t) => {
  const prefix = `${shared.prefix}replicas:`
  const stores = [1, 2, 3].map(() => open(t, { prefix }).store)
  await Promise.all(stores.map((store) => store.ping()))
  t.equal((await stores[0]?.studentNames())?.length, battleSchool.students.length)
})

t.test('what was changed or removed since stays so when another process starts', async (t) => {
  const prefix = `${shared.prefix}changed:`
  await open(t, { prefix }).store.ping()
  const redis = direct(t, shared.url)
  const older = { ...battleSchool.students[1], age: 9 }
  await redis.hset(`${prefix}{school}:students`, 'BS-2507', JSON.stringify(older))
  await redis.hdel(`${prefix}{school}:students`, 'BS-2612')
  const { store } = open(t, { prefix })
  t.match(await store.students(['BS-2507', 'BS-2612']), [{ name: 'Bean', age: 9 }])
})

t.test('a seeding that was cut off is taken up again', async (t) => {
  const prefix = `${shared.prefix}cut:`
  const redis = direct(t, shared.url)
  const [first] = battleSchool.students
  await redis.hset(`${prefix}{school}:students`, 'BS-2401', JSON.stringify(first))
  const names = await open(t, { prefix }).store.studentNames()
  t.equal(names.length, battleSchool.students.length)
})

t.test('every key is under the prefix, and two prefixes are two schools', async (t) => {
  const own = await ownRedis(t)
  await open(t, { url: own.url, prefix: 'one:' }).store.ping()
  const empty = { students: [], armies: [] }
  const other = open(t, { url: own.url, prefix: 'two:', roster: empty })
  t.strictSame(await other.store.studentNames(), [])
  for (const key of await direct(t, own.url).keys('*')) t.match(key, /^(one|two):\{school\}:/)
})

t.test('a user limited to its prefix, without administrator commands, is enough', async (t) => {
  const own = await ownRedis(t)
  const rules = 'on >secret resetkeys ~mcp:* resetchannels &mcp:* +@all -@admin -@dangerous'
  await direct(t, own.url).acl('SETUSER', 'mcp', ...rules.split(' '))
  const url = own.url.replace('//', '//mcp:secret@')
  const { store, lost } = open(t, { url, prefix: 'mcp:' })
  t.match(await store.studentNamed('bean'), { id: 'BS-2507' })
  await useEveryVerb(store)
  t.strictSame(lost, [])
  const outside = open(t, { url, prefix: 'gateway:' })
  await t.rejects(outside.store.ping(), { name: 'StoreUnavailableError' })
})

t.test('only commands of Redis 7.0 are sent', async (t) => {
  const own = await ownRedis(t)
  const { store } = open(t, { url: own.url, prefix: 'mcp:' })
  await useEveryVerb(store)
  const stats = await direct(t, own.url).info('commandstats')
  const used = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map((match) => match[1])
  const allowed = [
    'hello',
    'get',
    'set',
    'hget',
    'hmget',
    'hvals',
    'hsetnx',
    'info',
    'client|setinfo',
    'multi',
    'exec',
    'evalsha',
    'eval',
    'hgetall',
    'hset',
    'hdel',
    'hincrby',
    'zadd',
    'zrem',
    'zcard',
    'zrangebyscore',
    'lpush',
    'llen',
    'rpop',
  ]
  for (const command of used) t.ok(allowed.includes(String(command)), `${command}`)
})

t.test(
  'a Redis that is down fails within 2 s, at start too; once it is back all works',
  async (t) => {
    const own = await ownRedis(t)
    await own.kill()
    const { store, lost } = open(t, { url: own.url })
    const begun = performance.now()
    await t.rejects(store.ping(), { name: 'StoreUnavailableError' })
    t.ok(performance.now() - begun < 2_000)
    await own.start()
    await eventually(() => store.ping())
    t.match(await store.studentNamed('Bean'), { id: 'BS-2507' })
    await own.kill()
    await t.rejects(store.studentNamed('Bean'), { name: 'StoreUnavailableError' })
    await own.start()
    await eventually(() => store.ping())
    t.match(await store.studentNamed('Bean'), { id: 'BS-2507' }, 'an emptied Redis is seeded again')
    t.equal(lost.length, 2, 'each loss is told once')
  },
)

t.test('a Redis that accepts and says nothing fails within 2 s', async (t) => {
  const own = await ownRedis(t)
  const { store } = open(t, { url: own.url })
  await store.ping()
  own.freeze()
  const begun = performance.now()
  await t.rejects(store.studentNamed('Bean'), { name: 'StoreUnavailableError' })
  t.ok(performance.now() - begun < 2_000)
  own.thaw()
  await eventually(() => store.ping())
})

t.test('a cluster that is not reached fails within 2 s', async (t) => {
  const urls = [await freePort(), await freePort()].map((port) => `redis://127.0.0.1:${port}`)
  const client = connectRedis(urls)
  const store = new RedisSchoolStore({ client, prefix: 'mcp:', roster: battleSchool, onLost() {} })
  t.teardown(() => client.disconnect())
  const begun = performance.now()
  await t.rejects(store.ping(), { name: 'StoreUnavailableError' })
  t.ok(performance.now() - begun < 2_000)
})

async function useEveryVerb(store: RedisSchoolStore): Promise<void> {
  await store.studentNamed('Bean')
  await store.armyOf('BS-2507')
  await store.studentNames()
  await store.armyNames()
  const battle = newBattle('Dragon Army', 'Phoenix Army')
  await store.battles.schedule(battle)
  await store.battles.report(battle.id, newReport('Dragon Army'))
  await store.battles.battle(battle.id)
  await store.scoreboard()
  await store.seals.key()
  await store.seals.consume('one', 1_000)
}

/** Until it succeeds; the runner's time-out is the limit. */
async function eventually(attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await attempt()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
