import t from 'tap'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'
import { MemorySessionStore } from '../../src/sessions/memory-session-store.ts'
import { keepsItsPromises } from './session-store-promises.ts'

await keepsItsPromises(t, async (_t, limits) => {
  let time = Date.now()
  const bus = new MemoryBus((error) => t.error(error))
  const store = new MemorySessionStore({ bus, limits, now: () => time })
  return {
    store,
    bus,
    async pass(ms) {
      time += ms
    },
  }
})
