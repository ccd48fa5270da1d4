import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { anyRedis, ownRedis } from '../../../test/support/redis.ts'
import { connectRedis } from '../../src/redis/redis-client.ts'
import { battleSchool } from '../../src/school/battle-school.ts'
import { RedisSchoolStore } from '../../src/school/redis-school-store.ts'
import { NOON, newBattle, newReport } from './battle-promises.ts'

const shared = await anyRedis(t)

function open(t: Test, url = shared.url, prefix = shared.prefix) {
  const client = connectRedis([url])
  const onLost = () => undefined
  const store = new RedisSchoolStore({ client, prefix, roster: battleSchool, onLost })
  t.teardown(() => client.disconnect())
  return store
}

function replicas(t: Test) {
  const prefix = `${shared.prefix}${randomUUID()}:`
  return [open(t, shared.url, prefix), open(t, shared.url, prefix)] as const
}

t.test('two replicas: of 50 reports at once one is taken, and counted at both', async (t) => {
  const [one, other] = replicas(t)
  const battle = newBattle('Dragon Army', 'Phoenix Army')
  await one.battles.schedule(battle)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? one : other).battles.report(battle.id, newReport('Dragon Army')),
    ),
  )
  t.equal(answers.filter(({ outcome }) => outcome === 'reported').length, 1)
  for (const store of [one, other]) {
    t.match(await store.armyNamed('Dragon Army'), { wins: 13, losses: 0 })
    t.match(await store.armyNamed('Phoenix Army'), { wins: 8, losses: 8 })
  }
})

t.test('two replicas: an army that is asked for by all at once is in one battle', async (t) => {
  const [one, other] = replicas(t)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : other).battles.schedule(
        newBattle(
          'Dragon Army',
          index % 3 === 0 ? 'Phoenix Army' : 'Salamander Army',
          NOON + index,
        ),
      ),
    ),
  )
  t.equal(answers.filter(({ outcome }) => outcome === 'scheduled').length, 1)
  t.equal(answers.filter(({ outcome }) => outcome === 'busy').length, 19)
  t.equal((await other.scoreboard()).battles.length, 1)
})

t.test(
  'a scoreboard read amid reports counts exactly the battles that it calls fought',
  async (t) => {
    const [one, other] = replicas(t)
    const battles = Array.from({ length: 10 }, (_, day) =>
      newBattle('Dragon Army', 'Phoenix Army', NOON + day * 86_400_000),
    )
    for (const battle of battles) await one.battles.schedule(battle)
    const reports = battles.map(({ id }) => one.battles.report(id, newReport('Dragon Army')))
    const boards = await Promise.all(Array.from({ length: 30 }, () => other.scoreboard()))
    await Promise.all(reports)
    for (const board of [...boards, await other.scoreboard()]) {
      const fought = board.battles.filter(({ status }) => status === 'fought').length
      const dragon = board.armies.find(({ name }) => name === 'Dragon Army')
      const phoenix = board.armies.find(({ name }) => name === 'Phoenix Army')
      t.equal(dragon?.wins, 12 + fought)
      t.equal(phoenix?.losses, 7 + fought)
    }
  },
)

t.test('two replicas: one sealing key, made once, and one memory of what was used', async (t) => {
  const [one, other] = replicas(t)
  const keys = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).seals.key()),
  )
  t.equal(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size, 1)
  const used = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? one : other).seals.consume('once', 60_000),
    ),
  )
  t.equal(used.filter(Boolean).length, 1)
})

t.test('what was used once is remembered for its lifetime and no longer', async (t) => {
  const own = await ownRedis(t)
  const store = open(t, own.url, 'mcp:')
  t.equal(await store.seals.consume('a', 60_000), true)
  const redis = new Redis(own.url)
  t.teardown(() => redis.disconnect())
  const left = await redis.pttl('mcp:{school}:used:a')
  t.ok(left > 0 && left <= 60_000, `${left}`)
})

t.test('a store that is down says so, for each verb', async (t) => {
  const own = await ownRedis(t)
  const store = open(t, own.url)
  const battle = newBattle('Dragon Army', 'Phoenix Army')
  await store.battles.schedule(battle)
  await own.kill()
  const verbs: (() => Promise<unknown>)[] = [
    () => store.battles.schedule(newBattle('Dragon Army', 'Salamander Army')),
    () => store.battles.battle(battle.id),
    () => store.battles.report(battle.id, newReport('Dragon Army')),
    () => store.scoreboard(),
    () => store.seals.key(),
    () => store.seals.consume('a', 1_000),
  ]
  for (const verb of verbs) await t.rejects(verb(), { name: 'StoreUnavailableError' })
})
