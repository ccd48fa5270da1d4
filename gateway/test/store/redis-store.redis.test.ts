import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import t from 'tap'
import { anyRedis, ownRedis } from '../../../test/support/redis.ts'
import { redisRelay } from '../../../test/support/redis-relay.ts'
import { mintToken, newGrantId } from '../../src/oauth/token-value.ts'
import { lifetimes } from '../../src/store/lifetimes.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { type Store, StoreUnavailableError } from '../../src/store/store.ts'
import { grantOf, storePromises } from './store-promises.ts'

const settings = {
  now: Date.now,
  lifetimes: lifetimes({ LOGIN_TTL: 900, REFRESH_TOKEN_TTL: 86_400 }),
  onLost: () => {},
}

t.test('the promises of a store, on Redis with two replicas', async (t) => {
  const { url, prefix } = await anyRedis(t)
  storePromises(t, (settings) => createRedisStore({ ...settings, url, prefix, onLost: () => {} }))
})

async function seconds(until: () => boolean, limit = 5_000): Promise<number> {
  const from = performance.now()
  while (!until()) {
    if (performance.now() - from > limit) throw new Error('it did not happen')
    await wait(20)
  }
  return (performance.now() - from) / 1000
}

/** Every verb: each has to give up in time. */
function verbs(store: Store): Record<string, () => Promise<unknown>> {
  const grant = grantOf(newGrantId())
  const { reference } = mintToken('access', grant.id)
  const issued = { hash: 'h', expiresAt: Date.now() + 1000, scopes: [], sealed: 's' }
  const use = { lastUsedAt: 1, address: 'a' }
  const tokens = { access: issued, refresh: issued }
  return {
    put: () => store.put('spent', 'a', { version: 1 }),
    get: () => store.get('spent', 'a'),
    claim: () => store.claim('spent', 'a', { version: 1 }),
    consume: () => store.consume('spent', 'a'),
    release: () => store.release('a', 'b'),
    list: () => store.list('student'),
    open: () => store.open(grant, use, issued),
    find: () => store.find(reference),
    redeem: () => store.redeem(reference, grant, tokens, use),
    rotate: () => store.rotate(reference, grant, tokens, use, 1),
    revoke: () => store.revoke(grant.id),
    isAlive: () => store.isAlive(grant.id),
    grantsOf: () => store.grantsOf({ personId: 'p' }),
    listGrants: () => store.listGrants({ personId: 'p' }, { skip: 0, most: 1 }),
    ping: () => store.ping(),
  }
}

async function refusesAll(t: Tap, store: Store, title: string): Promise<void> {
  const from = performance.now()
  await Promise.all(
    Object.entries(verbs(store)).map(([name, verb]) =>
      t.rejects(verb(), StoreUnavailableError, `${title}: ${name}`),
    ),
  )
  t.ok(performance.now() - from < 2_000, 'within two seconds')
}
type Tap = typeof t

t.test(
  'a Redis that is killed, frozen, or not there yet is StoreUnavailableError within 2 s, and comes back',
  async (t) => {
    const redis = await ownRedis(t)
    await redis.kill()
    const lost: Error[] = []
    const store = createRedisStore({
      ...settings,
      url: redis.url,
      prefix: 'g:',
      onLost: (error) => lost.push(error),
    })
    t.teardown(() => store.close())
    await refusesAll(t as Tap, store, 'not there yet')
    t.equal(store.revocations.live, false)
    await redis.start()
    await seconds(() => store.revocations.live)
    await store.ping()
    redis.freeze()
    await refusesAll(t as Tap, store, 'frozen')
    redis.thaw()
    await seconds(() => store.revocations.live)
    await redis.kill()
    await refusesAll(t as Tap, store, 'killed')
    t.equal(store.revocations.live, false)
    t.ok(lost.length >= 1 && lost.length <= 4, `told ${lost.length} times, not once a try`)
    await redis.start()
    await seconds(() => store.revocations.live)
    await t.resolves(store.ping())
  },
)

t.test('what Redis did and could not answer is sent again, and is no second taker', async (t) => {
  const redis = await ownRedis(t)
  const relay = await redisRelay(redis.url)
  t.teardown(() => relay.close())
  const store = createRedisStore({ ...settings, url: relay.url, prefix: 'g:' })
  t.teardown(() => store.close())
  // Known to Redis before, so that the command itself is what is cut.
  await store.claim('spent', 'first', { version: 1 })
  await store.consume('spent', 'first')

  relay.loseAnswerTo('g:spent:claimed')
  t.equal(await store.claim('spent', 'claimed', { version: 1 }), undefined, 'this call claimed it')
  t.match(await store.claim('spent', 'claimed', { version: 1 }), { version: 1 })

  relay.loseAnswerTo('g:spent:claimed')
  t.match(await store.consume('spent', 'claimed'), { first: true }, 'this call took it')
  t.match(await store.consume('spent', 'claimed'), { first: false })
  t.match(await store.get('spent', 'claimed'), { version: 1 })
})

t.test('the feed: a subscriber that is cut is lost at once, and restored', async (t) => {
  const redis = await ownRedis(t)
  const store = createRedisStore({ ...settings, url: redis.url, prefix: 'g:' })
  t.teardown(() => store.close())
  const events: string[] = []
  store.revocations.listen({
    revoked: (id) => events.push(id),
    lost: () => events.push('lost'),
    restored: () => events.push('restored'),
  })
  await seconds(() => store.revocations.live)
  const admin = new Redis(redis.url)
  t.teardown(() => admin.disconnect())
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await seconds(() => events.includes('lost'), 1_000)
  await seconds(() => events.filter((event) => event === 'restored').length === 2)
  t.same(events, ['restored', 'lost', 'restored'])
})

t.test('the feed: a subscription that is silent is lost when the proof runs out', async (t) => {
  const redis = await ownRedis(t)
  const store = createRedisStore({ ...settings, url: redis.url, prefix: 'g:' })
  t.teardown(() => store.close())
  await seconds(() => store.revocations.live)
  redis.freeze()
  t.ok((await seconds(() => !store.revocations.live)) < 2, 'within two seconds')
  redis.thaw()
  await seconds(() => store.revocations.live)
})

t.test(
  'least privilege: a user with its own keys and channels, and without administrator commands, is enough',
  async (t) => {
    const redis = await ownRedis(t)
    const admin = new Redis(redis.url)
    t.teardown(() => admin.disconnect())
    await admin.call(
      'ACL',
      'SETUSER',
      'gateway',
      'on',
      '>password',
      'resetkeys',
      '~gateway:*',
      'resetchannels',
      '&gateway:*',
      '-@all',
      '+@read',
      '+@write',
      '+@connection',
      '+@transaction',
      '+@scripting',
      '+@pubsub',
      '-@admin',
      '-@dangerous',
    )
    const url = `redis://gateway:password@127.0.0.1:${redis.port}`
    const store = createRedisStore({ ...settings, url, prefix: 'gateway:' })
    t.teardown(() => store.close())
    await seconds(() => store.revocations.live)
    for (const [name, verb] of Object.entries(verbs(store))) await t.resolves(verb(), name)
    const elsewhere = createRedisStore({ ...settings, url, prefix: 'mcp:' })
    t.teardown(() => elsewhere.close())
    await t.rejects(elsewhere.ping(), StoreUnavailableError, 'another prefix is closed')
  },
)

/** A store on a Redis of its own, and that Redis as its administrator sees it. */
async function observed(t: Tap): Promise<{ store: Store; admin: Redis }> {
  const redis = await ownRedis(t)
  const store = createRedisStore({ ...settings, url: redis.url, prefix: 'g:' })
  const admin = new Redis(redis.url)
  t.teardown(async () => {
    admin.disconnect()
    await store.close()
  })
  return { store, admin }
}

t.test('a record of another version is an error, not a missing record', async (t) => {
  const { store, admin } = await observed(t as Tap)
  await admin.set('g:spent:x', `0${JSON.stringify({ e: null, r: { version: 2 } })}`)
  await t.rejects(store.get('spent', 'x'))
})

t.test(
  'the indexes forget grants that ended long ago, whether anybody lists them or not',
  async (t) => {
    const { store, admin } = await observed(t as Tap)
    const day = 86_400_000
    for (const age of [100 * day, 50 * day, 0]) {
      const lastUsedAt = Date.now() - age
      const code = { hash: newGrantId(), expiresAt: Date.now() + 60_000 }
      await store.open(grantOf(newGrantId()), { lastUsedAt, address: 'a' }, code)
    }
    const indexes = await admin.keys('g:grants:*')
    t.equal(indexes.length, 4, 'by person, by client, by both, and by the login')
    for (const key of indexes) t.equal(await admin.zcard(key), 1)
  },
)

t.test('nothing in Redis is a token: only hashes, and what was encrypted', async (t) => {
  const { store, admin } = await observed(t as Tap)
  const grant = grantOf(newGrantId())
  const code = mintToken('code', grant.id)
  const use = { lastUsedAt: Date.now(), address: 'a' }
  const expiresAt = Date.now() + 60_000
  await store.open(grant, use, { hash: code.reference.hash, expiresAt })
  const access = mintToken('access', grant.id)
  const refresh = mintToken('refresh', grant.id)
  await store.redeem(
    code.reference,
    grant,
    {
      access: { hash: access.reference.hash, expiresAt, scopes: [] },
      refresh: { hash: refresh.reference.hash, expiresAt },
    },
    use,
  )
  const dump = JSON.stringify(await admin.hgetall(`g:grant:{${grant.id}}`))
  t.match(dump, access.reference.hash)
  for (const { value } of [code, access, refresh]) t.notMatch(dump, value.split('.')[1] ?? '')
  t.ok((await admin.pttl(`g:grant:{${grant.id}}`)) <= 60_000, 'and the grant ends with its tokens')
})

t.test('attack: a person with more grants than one command can read is listed whole', async (t) => {
  const { url, prefix } = await anyRedis(t)
  const relay = await redisRelay(url)
  const store = createRedisStore({ ...settings, url: relay.url, prefix })
  t.teardown(async () => {
    await store.close()
    await relay.close()
  })
  const person = { personId: 'person' }
  const count = 4_000
  for (let opened = 0; opened < count; opened += 500) {
    await Promise.all(
      Array.from({ length: 500 }, () =>
        store.open(
          grantOf(newGrantId()),
          { lastUsedAt: Date.now(), address: 'a' },
          {
            hash: 'h',
            expiresAt: Date.now() + 600_000,
            scopes: [],
          },
        ),
      ),
    )
  }
  // A second for all of them would be too little.
  relay.slow(1_000_000)
  const all = { skip: 0, most: Number.MAX_SAFE_INTEGER }
  t.equal((await store.listGrants(person, all)).grants.length, count)
  t.equal((await store.grantsOf(person)).length, count)
})
