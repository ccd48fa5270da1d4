import t from 'tap'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { type StoreSettings, storePromises } from './store-promises.ts'

// A replica of memory is the same process: settings of one test share one store.
const stores = new Map<StoreSettings, Store>()
storePromises(t, (settings) => {
  const store = stores.get(settings) ?? createMemoryStore(settings)
  stores.set(settings, store)
  return store
})
