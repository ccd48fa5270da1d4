/** What everybody who holds a session is promised by its reader: one suite, run over memory and Redis. */
import type { Test } from 'tap'
import type { Bus } from '../../src/replicas/bus.ts'
import { START } from '../../src/replicas/position.ts'
import { INBOX } from '../../src/sessions/inbox.ts'
import type { ReadEntry } from '../../src/sessions/read-entry.ts'
import type { SessionHolder } from '../../src/sessions/session-holder.ts'
import { SessionReaders } from '../../src/sessions/session-readers.ts'
import { READ_COUNT, type SessionStore } from '../../src/sessions/session-store.ts'
import { type SessionNews, tellSession } from '../../src/sessions/session-topic.ts'
import { LIMITS, newSession, type OpenStore } from './session-store-promises.ts'

const ROOM = { ...LIMITS, entries: 1_000, bytes: 100_000_000 }

/** Keeps all that it is given. */
class Reading implements SessionHolder {
  readonly streams: readonly string[]
  readonly entries: ReadEntry[] = []
  readonly news: SessionNews[] = []
  full = false
  recovered = 0
  #waiting: { count: number; reach: () => void }[] = []

  constructor(...streams: string[]) {
    this.streams = streams
  }

  get messages(): string[] {
    return this.entries.map(({ message }) => message)
  }

  take(entry: ReadEntry): void {
    this.entries.push(entry)
    for (const { count, reach } of this.#waiting) if (this.entries.length >= count) reach()
  }

  hear(news: SessionNews): void {
    this.news.push(news)
  }

  recover(): void {
    this.recovered += 1
  }

  given(count: number): Promise<void> {
    if (this.entries.length >= count) return Promise.resolve()
    return new Promise((reach) => void this.#waiting.push({ count, reach }))
  }
}

export async function keepsItsPromises(t: Test, open: OpenStore): Promise<void> {
  /** A session, its readers, and what is read for them. */
  async function held(t: Test) {
    const { store, bus } = await open(t, ROOM)
    const session = newSession()
    await store.create(session)
    const reads: { after: string; count: number }[] = []
    const state = { fails: false, errors: [] as Error[], gap: () => {} }
    const sessions = new Proxy<SessionStore>(store, {
      get(target, name) {
        if (name !== 'read') return Reflect.get(target, name).bind(target)
        return async (id: string, after: string) => {
          if (state.fails) throw new Error('expected by the test')
          const entries = await target.read(id, after)
          reads.push({ after, count: entries.length })
          return entries
        }
      },
    })
    const gappy = new Proxy<Bus>(bus, {
      get(target, name) {
        if (name === 'onGap') {
          return (listener: () => void) => {
            state.gap = listener
            return () => {}
          }
        }
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const onError = (error: Error) => void state.errors.push(error)
    const readers = new SessionReaders({ sessions, bus: gappy, onError })
    const hold = (from: string, reading: Reading) => {
      const made = readers.hold(session.id, from, reading)
      t.teardown(() => made.release())
      return made
    }
    const say = async (message: string, stream = INBOX) =>
      (await store.append(session.id, stream, message)) ?? ''
    return { id: session.id, bus, readers, reads, state, hold, say }
  }

  await t.test('many who wait: each message is read once, and parsed once', async (t) => {
    const { hold, say, reads } = await held(t)
    const many = Array.from({ length: 200 }, () => new Reading(INBOX))
    for (const reading of many) hold(START, reading)
    const messages = ['a', 'b'].map((text) => JSON.stringify(text.repeat(1_000_000)))
    for (const [at, message] of messages.entries()) {
      await say(message)
      for (const reading of many) await reading.given(at + 1)
    }
    for (const reading of many) t.strictSame(reading.messages, messages)
    t.ok(reads.length <= messages.length, `${reads.length} readings`)
    t.equal(
      reads.reduce((sum, { count }) => sum + count, 0),
      messages.length,
      'no entry is read twice',
    )
    t.equal(new Set(many.map(({ entries }) => entries[0])).size, 1)
    t.equal(many[0]?.entries[0]?.parsed, 'a'.repeat(1_000_000))
  })

  await t.test(
    'who comes later with an older place misses nothing, and nobody has it twice',
    async (t) => {
      const { hold, say } = await held(t)
      const first = new Reading(INBOX)
      hold(START, first)
      const place = await say('1')
      await say('2')
      await first.given(2)
      const second = new Reading(INBOX)
      hold(place, second)
      await say('3')
      await Promise.all([first.given(3), second.given(2)])
      t.strictSame(first.messages, ['1', '2', '3'])
      t.strictSame(second.messages, ['2', '3'])
      const third = new Reading(INBOX)
      t.equal(await hold(START, third).look(), true)
      t.strictSame(third.messages, ['1', '2', '3'], 'without any news, too')
      t.strictSame(first.messages, ['1', '2', '3'])
    },
  )

  await t.test('who comes while the log is being read has their own place', async (t) => {
    const { hold, say } = await held(t)
    for (const message of ['1', '2', '3']) await say(message)
    const newest = new Reading(INBOX)
    const oldest = new Reading(INBOX)
    const looking = hold(await say('4'), newest).look()
    const reading = hold(START, oldest).look()
    t.strictSame(await Promise.all([looking, reading]), [true, true])
    await say('5')
    await Promise.all([newest.given(1), oldest.given(5)])
    t.strictSame(newest.messages, ['5'])
    t.strictSame(oldest.messages, ['1', '2', '3', '4', '5'])
  })

  await t.test('each is given its own streams only, and any number of entries', async (t) => {
    const { hold, say } = await held(t)
    const count = READ_COUNT + 20
    for (let at = 0; at < count; at++) await say(`${at}`, at % 2 === 0 ? 'even' : 'odd')
    const even = new Reading('even')
    const both = new Reading('even', 'odd')
    const made = [hold(START, even), hold(START, both)]
    for (const each of made) t.equal(await each.look(), true)
    t.equal(both.entries.length, count)
    t.strictSame(
      even.messages,
      both.messages.filter((_message, at) => at % 2 === 0),
    )
    t.equal(made[0]?.place, both.entries.at(-1)?.position, 'what is not theirs is passed by')
  })

  await t.test('who is full takes nothing, loses nothing, and holds nobody up', async (t) => {
    const { hold, say } = await held(t)
    const slow = new Reading(INBOX)
    const quick = new Reading(INBOX)
    const made = hold(START, slow)
    hold(START, quick)
    await say('1')
    await Promise.all([slow.given(1), quick.given(1)])
    slow.full = true
    for (const message of ['2', '3']) await say(message)
    await quick.given(3)
    t.equal(await made.look(), false)
    t.strictSame(slow.messages, ['1'])
    slow.full = false
    t.equal(await made.look(), true)
    t.strictSame(slow.messages, ['1', '2', '3'])
    t.strictSame(quick.messages, ['1', '2', '3'])
  })

  await t.test('news that are not in the log are heard once by each', async (t) => {
    const { hold, id, bus } = await held(t)
    const readings = [new Reading('a'), new Reading('b')]
    for (const reading of readings) hold(START, reading)
    const all = new Promise<void>((resolve) => {
      bus.listen('end', () => resolve())
    })
    await tellSession(bus, id, { kind: 'subscriptions' })
    await tellSession(bus, id, { kind: 'ended' })
    await bus.tell('end', '')
    await all
    for (const { news } of readings) {
      t.strictSame(news, [{ kind: 'subscriptions' }, { kind: 'ended' }])
    }
  })

  await t.test('after a gap of the bus the log is read on, and all are told', async (t) => {
    const { hold, say, state, readers, id } = await held(t)
    const reading = new Reading(INBOX)
    const made = readers.hold(id, START, reading)
    await say('1')
    await reading.given(1)
    made.release()
    await say('unheard')
    hold(reading.entries[0]?.position ?? '', reading)
    state.gap()
    await reading.given(2)
    t.strictSame(reading.messages, ['1', 'unheard'])
    t.equal(reading.recovered, 1)
  })

  await t.test('a reading that fails is tried again, and nothing is lost', async (t) => {
    const { hold, say, state, bus } = await held(t)
    const reading = new Reading(INBOX)
    const made = hold(START, reading)
    state.fails = true
    const told = new Promise<void>((resolve) => {
      bus.listen('end', () => resolve())
    })
    await say('1')
    await bus.tell('end', '')
    await told
    t.equal(await made.look(), false)
    t.match(state.errors, [{ message: 'expected by the test' }])
    state.fails = false
    await reading.given(1)
    t.strictSame(reading.messages, ['1'])
  })

  await t.test('one that fails keeps nobody from hearing', async (t) => {
    const { hold, say, state } = await held(t)
    const failing = new Reading(INBOX)
    failing.take = () => {
      throw new Error('expected by the test')
    }
    const reading = new Reading(INBOX)
    hold(START, failing)
    hold(START, reading)
    await say('1')
    await reading.given(1)
    t.match(state.errors, [{ message: 'expected by the test' }])
  })

  await t.test('it is there for as long as somebody holds it', async (t) => {
    const { say, id, readers } = await held(t)
    const readings = [new Reading(INBOX), new Reading(INBOX)]
    const [one, other] = readings.map((reading) => readers.hold(id, START, reading))
    t.equal(readers.size, 1)
    one?.release()
    one?.release()
    t.equal(readers.size, 1)
    await say('1')
    await readings[1]?.given(1)
    other?.release()
    t.equal(readers.size, 0)
    const later = new Reading(INBOX)
    const again = readers.hold(id, START, later)
    t.equal(await again.look(), true)
    again.release()
    t.strictSame(
      [...readings, later].map(({ messages }) => messages),
      [[], ['1'], ['1']],
    )
  })
}
