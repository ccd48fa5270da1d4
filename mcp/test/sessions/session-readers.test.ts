import t, { type Test } from 'tap'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'
import { START } from '../../src/replicas/position.ts'
import { MemorySessionStore } from '../../src/sessions/memory-session-store.ts'
import type { SessionHolder } from '../../src/sessions/session-holder.ts'
import { MOST_RECOVERING, SessionReaders } from '../../src/sessions/session-readers.ts'
import { keepsItsPromises } from './session-reader-promises.ts'
import { LIMITS } from './session-store-promises.ts'

// A reading that is tried again keeps no process alive.
const alive = setInterval(() => {}, 1_000)
t.teardown(() => clearInterval(alive))

await keepsItsPromises(t, async (t, limits) => {
  const bus = new MemoryBus((error) => void t.error(error))
  const store = new MemorySessionStore({ bus, limits, now: Date.now })
  return { store, bus, async pass() {} }
})

/** Readers whose store answers when it is told to, and whose bus has gaps. */
function held(t: Test) {
  const onError = (error: Error) => void t.error(error)
  const bus = new MemoryBus(onError)
  const store = new MemorySessionStore({ bus, limits: LIMITS, now: Date.now })
  const gaps: (() => void)[] = []
  bus.onGap = (listener?: () => void) => {
    if (listener) gaps.push(listener)
    return () => {}
  }
  const answers: (() => void)[] = []
  const counts = { reading: 0, read: 0, recovered: 0 }
  store.read = () => {
    counts.reading = Math.max(counts.reading, answers.length + 1)
    return new Promise((resolve) => void answers.push(() => resolve([])))
  }
  const holder: SessionHolder = {
    streams: [],
    full: false,
    take() {},
    hear() {},
    recover: (read) => void read.then(() => counts.recovered++),
  }
  const readers = new SessionReaders({ sessions: store, bus, onError })
  return {
    counts,
    hold: (count: number) =>
      Array.from({ length: count }, (_, at) => readers.hold(`${at}`, START, holder)),
    gap() {
      for (const listener of gaps) listener()
    },
    async answerUntil(recovered: number) {
      while (counts.recovered < recovered) {
        await new Promise((resolve) => setImmediate(resolve))
        for (const answer of answers.splice(0)) {
          answer()
          counts.read++
        }
      }
    },
  }
}

t.test('after a gap of the bus sessions are read in their turn, few at once', async (t) => {
  const { counts, hold, gap, answerUntil } = held(t)
  const count = 10 * MOST_RECOVERING
  const holds = hold(count)
  gap()
  // One that nobody holds any more when its turn comes asks nothing.
  holds.pop()?.release()
  await answerUntil(count)
  t.equal(counts.reading, MOST_RECOVERING)
  t.equal(counts.read, count - 1)
})

t.test('of gaps that follow one another each session is read once, after the last', async (t) => {
  const { counts, hold, gap, answerUntil } = held(t)
  const count = 4 * MOST_RECOVERING
  hold(count)
  for (let gaps = 0; gaps < 10; gaps++) gap()
  await answerUntil(10 * count)
  t.equal(counts.read, count)
  gap()
  await answerUntil(11 * count)
  t.equal(counts.read, 2 * count, 'and again after the next')
  gap()
  await new Promise((resolve) => setImmediate(resolve))
  gap()
  await answerUntil(13 * count)
  t.equal(counts.read, 3 * count + MOST_RECOVERING, 'and those whose reading had begun once more')
})
