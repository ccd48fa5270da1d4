/** What every bus promises: one suite, run over memory and Redis. */
import type { Test } from 'tap'
import type { Bus } from '../../src/replicas/bus.ts'

/** @param open buses that hear each other and are all listening; a bus in memory is alone */
export async function keepsItsPromises(
  t: Test,
  open: (t: Test) => Promise<readonly [Bus, ...Bus[]]>,
): Promise<void> {
  await t.test('every replica hears, the teller too, in the order of telling', async (t) => {
    const buses = await open(t)
    const heard = buses.map((bus) => {
      const messages: string[] = []
      const all = new Promise<string[]>((resolve) => {
        bus.listen('topic', (message) => {
          messages.push(message)
          if (messages.length === 3) resolve(messages)
        })
      })
      return all
    })
    for (const message of ['one two', '', '{"three":"\n"}']) await buses[0].tell('topic', message)
    for (const all of heard) t.strictSame(await all, ['one two', '', '{"three":"\n"}'])
  })

  await t.test('only who listens to the topic hears, until they stop', async (t) => {
    const [bus] = await open(t)
    const heard: string[] = []
    const stop = bus.listen('a', (message) => heard.push(message))
    bus.listen('ab', (message) => heard.push(`ab ${message}`))
    const told = () => new Promise<void>((resolve) => void bus.listen('end', () => resolve()))
    await bus.tell('a', '1')
    const first = told()
    await bus.tell('end', '')
    await first
    stop()
    stop()
    await bus.tell('a', '2')
    const second = told()
    await bus.tell('end', '')
    await second
    t.strictSame(heard, ['1'])
  })

  await t.test('never heard in the teller’s own tick', async (t) => {
    const [bus] = await open(t)
    let heard = false
    const done = new Promise<void>((resolve) => {
      bus.listen('topic', () => {
        heard = true
        resolve()
      })
    })
    const told = bus.tell('topic', '')
    t.notOk(heard)
    await Promise.all([told, done])
    t.ok(heard)
  })

  await t.test('a replica is present, and what never was is not', async (t) => {
    const buses = await open(t)
    for (const { replica } of buses) t.equal(await buses[0].isPresent(replica), true)
    t.equal(await buses[0].isPresent('nobody'), false)
    t.equal(new Set(buses.map(({ replica }) => replica)).size, buses.length)
  })
}
