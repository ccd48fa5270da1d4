import t from 'tap'
import type { TokenReference } from '../../src/oauth/token-value.ts'
import { rememberRevoked } from '../../src/resource/revoked-grants.ts'
import { createTokenCache, type Validation } from '../../src/resource/token-cache.ts'
import { openGuardedDoor, START, StubFeed } from '../support/guarded-door.ts'

function token(n: number, grantId = `grant-${n}`): TokenReference {
  return { kind: 'access', grantId, hash: `hash-${n}` }
}

function house(limit?: number) {
  const clock = { now: START }
  const feed = new StubFeed()
  const now = () => clock.now
  const revoked = rememberRevoked(feed, now)
  const cache = createTokenCache<Validation>({ feed, revoked, now, ...(limit && { limit }) })
  const reads: ((found?: Validation) => void)[] = []
  return {
    clock,
    feed,
    cache,
    /** Begins a fill whose read ends when the test says so. */
    begin: (reference: TokenReference) =>
      cache.fill(reference, () => new Promise((resolve) => reads.push(resolve))),
    end: (n: number, believedUntil = START + 50_000) => reads[n]?.({ grantId: 'x', believedUntil }),
    reads,
    async fill(reference: TokenReference) {
      return cache.fill(reference, async () => ({
        grantId: reference.grantId,
        believedUntil: START + 50_000,
      }))
    },
  }
}

t.test('with a live feed a validation is believed as long as its assertion', async (t) => {
  const { cache, clock, fill } = house()
  await fill(token(1))
  clock.now += 49_999
  t.ok(cache.get(token(1)))
  clock.now += 1
  t.notOk(cache.get(token(1)))
})

t.test('without one it is believed for a second, counted from before its read', async (t) => {
  const { cache, clock, feed, begin, end } = house()
  const filling = begin(token(1))
  clock.now += 400
  end(0)
  await filling
  feed.live = false
  clock.now += 599
  t.ok(cache.get(token(1)))
  clock.now += 1
  t.notOk(cache.get(token(1)))
})

t.test(
  'a grant that was narrowed: what is kept and what is being read of it is forgotten',
  async (t) => {
    const { cache, feed, fill, begin, reads } = house()
    await Promise.all([fill(token(1, 'a')), fill(token(2, 'b'))])
    const filling = begin(token(3, 'a'))
    feed.narrowed('a')
    t.notOk(cache.get(token(1, 'a')))
    t.ok(cache.get(token(2, 'b')))
    reads[0]?.({ grantId: 'a', believedUntil: START + 50_000 })
    t.equal(await filling, undefined, 'a read that began before')
    await fill(token(4, 'a'))
    t.ok(cache.get(token(4, 'a')), 'the grant itself lives')
  },
)

t.test('an announcement ends every token of its grant, at once, and no other', async (t) => {
  const { cache, feed, fill } = house()
  await Promise.all([fill(token(1, 'a')), fill(token(2, 'a')), fill(token(3, 'b'))])
  feed.revoked('a')
  t.notOk(cache.get(token(1, 'a')))
  t.notOk(cache.get(token(2, 'a')))
  t.ok(cache.get(token(3, 'b')))
})

t.test('losing the feed empties the cache and bypasses it until it is back', async (t) => {
  const { cache, feed, fill } = house()
  await fill(token(1))
  feed.lose()
  t.notOk(cache.get(token(1)))
  t.ok(await fill(token(2)), 'what was read is used once')
  t.notOk(cache.get(token(2)), 'and not kept')
  feed.restore()
  t.notOk(cache.get(token(1)), 'nothing of before is back')
  await fill(token(3))
  t.ok(cache.get(token(3)))
})

t.test('a fill that began before its grant’s revocation is refused and not kept', async (t) => {
  const { cache, feed, begin, end } = house()
  const filling = begin(token(1, 'a'))
  const other = begin(token(2, 'b'))
  feed.revoked('a')
  const joined = begin(token(1, 'a'))
  end(0)
  end(1)
  t.equal(await filling, undefined)
  t.equal(await joined, undefined)
  t.notOk(cache.get(token(1, 'a')))
  t.ok(await other)
  t.ok(cache.get(token(2, 'b')))
})

t.test(
  'a fill that began before the feed was lost is not kept, even when it is back already',
  async (t) => {
    const { cache, feed, begin, end, reads } = house()
    const filling = begin(token(1))
    feed.lose()
    feed.restore()
    const later = begin(token(1))
    t.equal(reads.length, 2, 'nobody waits for the read of before')
    end(0)
    t.ok(await filling)
    t.notOk(cache.get(token(1)))
    end(1)
    await later
    t.ok(cache.get(token(1)))
  },
)

t.test('one read serves all who wait for the same token; a failed one is not kept', async (t) => {
  const { cache, begin, end, reads } = house()
  const both = [begin(token(1)), begin(token(1))]
  t.equal(reads.length, 1)
  end(0)
  t.same((await Promise.all(both)).map(Boolean), [true, true])
  const failing = cache.fill(token(2), () => Promise.reject(new Error('down')))
  await t.rejects(failing)
  t.ok(await cache.fill(token(2), async () => ({ grantId: 'b', believedUntil: Infinity })))
})

t.test('the number of entries is bounded; unknown tokens take no place', async (t) => {
  const { cache, fill } = house(2)
  await fill(token(1))
  t.equal(await cache.fill(token(9), async () => undefined), undefined)
  await fill(token(2))
  t.ok(cache.get(token(1)))
  await fill(token(3))
  t.notOk(cache.get(token(1)))
  t.ok(cache.get(token(2)))
  t.ok(cache.get(token(3)))
})

t.test('at the door: revoked is 401 at once, and with a lost feed as well', async (t) => {
  const door = await openGuardedDoor(t)
  const [first, second] = [await door.grant(), await door.grant()]
  t.equal((await door.call(first.token)).status, 200)
  await door.store.revoke(first.id)
  t.equal((await door.call(first.token)).status, 401)
  t.equal((await door.call(second.token)).status, 200)
  door.feed.lose()
  await door.store.revoke(second.id)
  t.equal((await door.call(second.token)).status, 401)
})

t.test('at the door: a feed that went silent without a word costs a second at most', async (t) => {
  const door = await openGuardedDoor(t)
  const { id, token: value } = await door.grant()
  t.equal((await door.call(value)).status, 200)
  door.feed.live = false
  await door.store.revoke(id)
  door.clock.now += 1000
  t.equal((await door.call(value)).status, 401)
})

t.test('at the door: a revocation while the token is being read is 401', async (t) => {
  const door = await openGuardedDoor(t)
  const { id, token: value } = await door.grant()
  const reading = new Promise<() => void>((resolve) => {
    door.beforeFind = () => new Promise((go) => resolve(go))
  })
  const answer = door.call(value)
  const go = await reading
  // Announced, while this read still finds what was there before.
  door.feed.revoked(id)
  go()
  t.equal((await answer).status, 401)
  t.equal(door.mcp.connections, 0)
})
