import t from 'tap'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'
import { MemoryEventFeed } from '../../src/replicas/memory-event-feed.ts'
import { keepsItsPromises as busKeepsItsPromises } from './bus-promises.ts'
import { keepsItsPromises as feedKeepsItsPromises } from './event-feed-promises.ts'

t.test('the bus in memory', async (t) => {
  await busKeepsItsPromises(t, async (t) => [new MemoryBus((error) => void t.error(error))])
})

t.test('the feed in memory', async (t) => {
  const ofTest = (error: Error) => {
    if (error.message !== 'expected by the test') t.error(error)
  }
  await feedKeepsItsPromises(t, async () => [new MemoryEventFeed(Date.now, ofTest)])
})
