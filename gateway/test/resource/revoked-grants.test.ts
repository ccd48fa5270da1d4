import t from 'tap'
import { rememberRevoked } from '../../src/resource/revoked-grants.ts'
import { START, StubFeed } from '../support/guarded-door.ts'

t.test(
  'a revocation is remembered longer than anything that was read before it is believed',
  (t) => {
    const clock = { now: START }
    const feed = new StubFeed()
    const revoked = rememberRevoked(feed, () => clock.now)
    t.notOk(revoked.has('a'))
    feed.revoked('a')
    clock.now += 60_000
    feed.revoked('b')
    t.ok(revoked.has('a'))
    clock.now += 60_000
    feed.revoked('c')
    t.notOk(revoked.has('a'), 'and forgotten at last')
    t.ok(revoked.has('b'))
    revoked.close()
    feed.revoked('d')
    t.notOk(revoked.has('d'))
    t.end()
  },
)
