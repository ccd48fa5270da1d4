import t from 'tap'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'
import { MemorySessionStore } from '../../src/sessions/memory-session-store.ts'
import { keepsItsPromises } from './session-reader-promises.ts'

// A reading that is tried again keeps no process alive.
const alive = setInterval(() => {}, 1_000)
t.teardown(() => clearInterval(alive))

await keepsItsPromises(t, async (t, limits) => {
  const bus = new MemoryBus((error) => void t.error(error))
  const store = new MemorySessionStore({ bus, limits, now: Date.now })
  return { store, bus, async pass() {} }
})
