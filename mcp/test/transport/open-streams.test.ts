import t from 'tap'
import { every } from '../../src/transport/open-streams.ts'

t.test('once a period, and a clock that was set back begins a new one', async (t) => {
  const isDue = every(15_000, 1_000_000)
  t.equal(isDue(1_014_999), false)
  t.equal(isDue(1_015_000), true)
  t.equal(isDue(1_015_001), false)
  t.equal(isDue(500_000), true, 'an hour without a sign of life would be too long')
  t.equal(isDue(514_999), false)
  t.equal(isDue(515_000), true)
})
