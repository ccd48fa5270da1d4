import { pino } from 'pino'
import t from 'tap'
import { createKnownProvider } from '../../src/upstream/known-provider.ts'
import type { ProviderMetadata } from '../../src/upstream/provider-metadata.ts'
import { UpstreamError } from '../../src/upstream/upstream.ts'
import { failureOf } from '../support/at-provider.ts'

/** A provider that is up or down, and counts. */
function setUp() {
  const clock = { now: 0 }
  const there: { up: boolean; asked: number; document: ProviderMetadata } = {
    up: true,
    asked: 0,
    document: { issuer: 'https://id.school.example' },
  }
  const known = createKnownProvider({
    async discover() {
      there.asked++
      if (!there.up) throw new UpstreamError('unavailable', 'down')
      return there.document
    },
    now: () => clock.now,
    log: pino({ level: 'silent' }),
  })
  return { clock, there, known }
}

t.test('discovery is lazy, made once for all who wait, and kept for an hour', async (t) => {
  const { clock, there, known } = setUp()
  t.equal(there.asked, 0)
  await Promise.all([known.metadata(), known.metadata(), known.metadata()])
  t.equal(there.asked, 1)
  clock.now += 3_599_999
  await known.metadata()
  t.equal(there.asked, 1)
  clock.now += 1
  there.document = { issuer: 'https://id.school.example', token_endpoint: 'https://moved.example' }
  t.equal((await known.metadata()).token_endpoint, 'https://moved.example')
  t.equal(there.asked, 2)
})

t.test(
  'a provider that is down is asked again, ever more seldom, and works once it is up',
  async (t) => {
    const { clock, there, known } = setUp()
    there.up = false
    const moments: number[] = []
    for (; clock.now < 20_000; clock.now += 50) {
      const before = there.asked
      t.equal((await failureOf(known.metadata())).kind, 'unavailable')
      if (there.asked > before) moments.push(clock.now)
    }
    t.same(moments, [0, 250, 750, 1750, 3750, 7750, 12_750, 17_750])
    there.up = true
    clock.now += 5_000
    t.equal((await known.metadata()).issuer, 'https://id.school.example')
  },
)

t.test('what was known outlives an outage', async (t) => {
  const { clock, there, known } = setUp()
  const document = await known.metadata()
  there.up = false
  clock.now += 3_600_000
  t.equal(await known.metadata(), document)
  t.equal(await known.metadata(), document)
  t.equal(there.asked, 2, 'and the backoff holds')
})

t.test('doubt asks again, at most once a minute', async (t) => {
  const { clock, there, known } = setUp()
  known.doubt()
  await known.metadata()
  known.doubt()
  await known.metadata()
  t.equal(there.asked, 1)
  clock.now += 60_000
  await known.metadata()
  await known.metadata()
  t.equal(there.asked, 2)
  known.doubt()
  await known.metadata()
  t.equal(there.asked, 2)
})
