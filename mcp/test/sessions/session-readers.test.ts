import t from 'tap'
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

t.test('after a gap of the bus sessions are read in their turn, few at once', async (t) => {
  const onError = (error: Error) => void t.error(error)
  const bus = new MemoryBus(onError)
  const store = new MemorySessionStore({ bus, limits: LIMITS, now: Date.now })
  const gaps: (() => void)[] = []
  bus.onGap = (listener?: () => void) => {
    if (listener) gaps.push(listener)
    return () => {}
  }
  const answers: (() => void)[] = []
  const most = { reading: 0, recovered: 0 }
  store.read = () => {
    most.reading = Math.max(most.reading, answers.length + 1)
    return new Promise((resolve) => void answers.push(() => resolve([])))
  }
  const readers = new SessionReaders({ sessions: store, bus, onError })
  const holder: SessionHolder = {
    streams: [],
    full: false,
    take() {},
    hear() {},
    recover: (read) => void read.then(() => most.recovered++),
  }
  const count = 10 * MOST_RECOVERING
  const holds = Array.from({ length: count }, (_, at) => readers.hold(`${at}`, START, holder))
  for (const gap of gaps) gap()
  // One that nobody holds any more when its turn comes asks nothing.
  holds.pop()?.release()
  let read = 0
  while (most.recovered < count) {
    await new Promise((resolve) => setImmediate(resolve))
    for (const answer of answers.splice(0)) {
      answer()
      read++
    }
  }
  t.equal(most.reading, MOST_RECOVERING)
  t.equal(read, count - 1)
})
