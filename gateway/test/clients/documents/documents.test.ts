import t from 'tap'
import { createMemoryStore } from '../../../src/store/memory-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { documentsPromises } from './documents-promises.ts'

t.test('documents of clients, with a store in memory', async (t) => {
  // Replicas of memory are one process: the settings of a test stand for its store.
  const stores = new Map<object, Store>()
  documentsPromises(t, (settings) => {
    const store = stores.get(settings) ?? createMemoryStore(settings)
    stores.set(settings, store)
    return store
  })
})
