import type { ServerEvent } from '@modelcontextprotocol/server'
import t from 'tap'
import type { RedisClient } from '../../src/redis/redis-client.ts'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'
import { RedisEventFeed } from '../../src/replicas/redis-event-feed.ts'

t.test(
  'a change is not lost because Redis failed once, with no other change and no gap after it',
  async (t) => {
    const errors: Error[] = []
    const onError = (error: Error) => void errors.push(error)
    let readings = 0
    const client = {
      xrevrange: async () => [],
      async xrange() {
        readings += 1
        if (readings < 3) throw new Error('away')
        return readings === 3 ? [['1-0', ['e', '{"kind":"tools_list_changed"}']]] : []
      },
    } as unknown as RedisClient
    const bus = new MemoryBus(onError)
    // The feed’s own timer keeps no process alive, and nothing else runs here.
    const alive = setInterval(() => {}, 1_000)
    t.teardown(() => clearInterval(alive))
    const feed = new RedisEventFeed({ client, bus, prefix: '', onError })
    const heard = new Promise<ServerEvent>((resolve) => feed.subscribe(resolve))
    await bus.tell('events', '')
    t.match(await heard, { kind: 'tools_list_changed' })
    t.match(errors, [{ cause: { message: 'away' } }])
    t.equal(errors.length, 1, 'one outage is one line of the log')
    await feed.close()
  },
)
