/** What every feed of changes promises: one suite, run over memory and Redis. */
import type { ServerEvent } from '@modelcontextprotocol/server'
import type { Test } from 'tap'
import type { EventFeed } from '../../src/replicas/event-feed.ts'

const updated = (uri: string): ServerEvent => ({ kind: 'resource_updated', uri })

/** Resolves once so many events were seen. */
function seen(feed: EventFeed, count: number): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  return new Promise((resolve) => {
    const stop = feed.subscribe((event) => {
      events.push(event)
      if (events.length < count) return
      stop()
      resolve(events)
    })
  })
}

/** @param open feeds of one log; a feed in memory is alone */
export async function keepsItsPromises(
  t: Test,
  open: (t: Test) => Promise<readonly [EventFeed, ...EventFeed[]]>,
): Promise<void> {
  await t.test('every replica hears of each change once, in one order', async (t) => {
    const feeds = await open(t)
    const all = feeds.map((feed) => seen(feed, 50))
    for (let at = 0; at < 50; at++) feeds[at % feeds.length]?.publish(updated(`a:${at}`))
    const orders = await Promise.all(all)
    for (const order of orders) t.strictSame(order, orders[0])
    const uris = orders[0]?.map((event) => ('uri' in event ? event.uri : ''))
    t.equal(new Set(uris).size, 50)
  })

  await t.test('it is read on from any place, however much has come', async (t) => {
    const feeds = await open(t)
    const [feed] = feeds
    const start = await feed.newest()
    const all = feeds.map((each) => seen(each, 1_200))
    for (let at = 0; at < 1_200; at++) feed.publish(updated(`a:${at}`))
    await Promise.all(all)
    for (const each of feeds) {
      const read: string[] = []
      let place = start
      for (;;) {
        const entries = await each.after(place)
        if (entries.length === 0) break
        for (const { position, event } of entries) {
          place = position
          read.push('uri' in event ? event.uri : '')
        }
      }
      t.strictSame(
        read,
        Array.from({ length: 1_200 }, (_, at) => `a:${at}`),
      )
      t.equal(await each.newest(), place)
      t.strictSame(await each.after('999999999999999-0'), [])
    }
  })

  await t.test('who follows is called, one that throws harms no other', async (t) => {
    const [feed] = await open(t)
    feed.subscribe(() => {
      throw new Error('expected by the test')
    })
    const followed = new Promise<void>((resolve) => {
      feed.follow(resolve)
    })
    const event = seen(feed, 1)
    feed.publish({ kind: 'tools_list_changed' })
    await followed
    t.strictSame(await event, [{ kind: 'tools_list_changed' }])
  })
}
