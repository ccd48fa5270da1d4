/** What every store of sessions promises: one suite, run over memory, Redis and a Redis Cluster. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import type { Bus } from '../../src/replicas/bus.ts'
import { comparePositions, START } from '../../src/replicas/position.ts'
import {
  MAX_OPEN_REQUESTS,
  MAX_SUBSCRIPTIONS,
  type Session,
  type SessionLimits,
  STANDALONE,
} from '../../src/sessions/session.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { hearSession } from '../../src/sessions/session-topic.ts'

export const LIMITS: SessionLimits = {
  lifetime: 60_000,
  perPerson: 3,
  entries: 5,
  bytes: 1_000,
}

export interface OpenedStore {
  store: SessionStore
  bus: Bus
  /** Lets milliseconds pass, in the store's time. */
  pass(ms: number): Promise<void>
}

export type OpenStore = (t: Test, limits: SessionLimits) => Promise<OpenedStore>

export function newSession(change: Partial<Session> = {}): Session {
  return {
    id: randomUUID(),
    owner: { person: `person-${randomUUID()}`, client: 'client-1' },
    initialize: { protocolVersion: '2025-11-25', capabilities: { roots: {} } },
    protocolVersion: '2025-11-25',
    ...change,
  }
}

/** @param open a store that nobody used before; closed by its opener */
export async function keepsItsPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('a session is found as it was begun', async (t) => {
    const { store } = await open(t, LIMITS)
    const session = newSession()
    t.strictSame(await store.create(session), [])
    t.strictSame(await store.use(session.id), { ...session, logged: START })
    const logged = await store.append(session.id, STANDALONE, '{}')
    t.strictSame(await store.use(session.id), { ...session, logged }, 'with the place of its log')
    t.equal(await store.use(randomUUID()), undefined)
  })

  await t.test('a session expires by use', async (t) => {
    const { store, pass } = await open(t, { ...LIMITS, lifetime: 400 })
    const session = newSession()
    await store.create(session)
    await pass(250)
    t.ok(await store.use(session.id))
    await pass(250)
    t.ok(await store.use(session.id), 'each use begins its life anew')
    await pass(500)
    t.equal(await store.use(session.id), undefined)
    t.equal(await store.append(session.id, STANDALONE, '{}'), undefined)
  })

  await t.test('what ended is gone, with all that belonged to it, for good', async (t) => {
    const { store } = await open(t, LIMITS)
    const session = newSession()
    const { id } = session
    await store.create(session)
    await store.open(id, 's', [{ id: 1, replica: 'r' }])
    await store.append(id, 's', '{}')
    await store.subscribe(id, 'school://standings')
    t.equal(await store.end(id), true)
    t.equal(await store.end(id), false)
    t.equal(await store.append(id, 's', '{}'), undefined)
    t.equal(await store.open(id, 's', [{ id: 2, replica: 'r' }]), undefined)
    t.equal(await store.answer(id, 's', { request: 1, message: '{}', last: true }), undefined)
    t.equal(await store.subscribe(id, 'school://standings'), false)
    await store.setLogLevel(id, 'debug')
    t.equal(await store.use(id), undefined)
    t.strictSame(await store.read(id, START), [])
    t.strictSame(await store.openRequests(id, 's'), [])
    t.equal((await store.subscriptions(id)).size, 0)
  })

  await t.test('a person has so many sessions; the oldest end, and only theirs', async (t) => {
    const { store, pass } = await open(t, LIMITS)
    const { owner } = newSession()
    const other = newSession()
    await store.create(other)
    const sessions = Array.from({ length: 5 }, () => newSession({ owner }))
    const ended: string[][] = []
    for (const session of sessions) {
      ended.push(await store.create(session))
      await pass(2)
    }
    const [first, second, ...others] = sessions
    t.strictSame(ended, [[], [], [], [first?.id], [second?.id]])
    t.equal(await store.use(first?.id ?? ''), undefined)
    for (const { id } of [other, ...others]) t.ok(await store.use(id))
  })

  await t.test('sessions that ended by themselves do not count', async (t) => {
    const { store } = await open(t, LIMITS)
    const { owner } = newSession()
    const kept = newSession({ owner })
    await store.create(kept)
    for (let at = 0; at < 10; at++) {
      const session = newSession({ owner })
      t.strictSame(await store.create(session), [])
      await store.end(session.id)
    }
    t.ok(await store.use(kept.id))
  })

  await t.test('MCP 2025-11-25 Logging: the level is remembered', async (t) => {
    const { store } = await open(t, LIMITS)
    const session = newSession()
    await store.create(session)
    await store.setLogLevel(session.id, 'warning')
    t.match(await store.use(session.id), { ...session, logLevel: 'warning' })
  })

  await t.test('subscriptions are a bounded set', async (t) => {
    const { store } = await open(t, LIMITS)
    const session = newSession()
    await store.create(session)
    for (let at = 0; at < MAX_SUBSCRIPTIONS; at++) await store.subscribe(session.id, `a:${at}`)
    t.equal(await store.subscribe(session.id, 'a:0'), true, 'there already')
    t.equal(await store.subscribe(session.id, 'a:one-more'), false)
    t.equal((await store.subscriptions(session.id)).size, MAX_SUBSCRIPTIONS)
    await store.unsubscribe(session.id, 'a:0')
    t.equal(await store.subscribe(session.id, 'a:one-more'), true)
    t.notOk((await store.subscriptions(session.id)).has('a:0'))
  })

  await t.test('the log is read on from any place, in order, whatever the stream', async (t) => {
    const { store } = await open(t, LIMITS)
    const { id } = newSession()
    await store.create(newSession({ id }))
    t.equal(await store.newest(id), START)
    const first = await store.append(id, STANDALONE, '"a"')
    const second = await store.append(id, 's', '"b"')
    t.ok(first && second && comparePositions(first, second) < 0)
    t.match(await store.read(id, START), [
      { position: first, stream: STANDALONE, message: '"a"', last: false },
      { position: second, stream: 's', message: '"b"', last: false },
    ])
    t.match(await store.read(id, first ?? ''), [{ position: second }])
    t.strictSame(await store.read(id, second ?? ''), [])
    t.equal(await store.newest(id), second)
  })

  await t.test('the log is bounded in entries and in bytes; the newest stays', async (t) => {
    const { store } = await open(t, LIMITS)
    const { id } = newSession()
    await store.create(newSession({ id }))
    for (let at = 0; at < 8; at++) await store.append(id, STANDALONE, `${at}`)
    const messages = async () => (await store.read(id, START)).map(({ message }) => message)
    t.strictSame(await messages(), ['3', '4', '5', '6', '7'])
    const half = 'é'.repeat(250)
    for (let at = 0; at < 3; at++) await store.append(id, STANDALONE, half)
    t.strictSame(await messages(), [half, half], 'bytes, not characters')
    const huge = 'x'.repeat(5_000)
    await store.append(id, STANDALONE, huge)
    t.strictSame(await messages(), [huge], 'one message is kept whatever its size')
    await store.append(id, STANDALONE, 'small')
    t.strictSame(await messages(), ['small'])
  })

  await t.test('the log is bounded where calls are answered on streams too', async (t) => {
    const { store, bus } = await open(t, LIMITS)
    const { id } = newSession()
    await store.create(newSession({ id }))
    for (let call = 0; call < 10; call++) {
      const stream = randomUUID()
      await store.open(id, stream, [{ id: call, replica: bus.replica }])
      const answer = { request: call, message: `answer ${call}`, last: true }
      t.ok(await store.answer(id, stream, answer), `call ${call}`)
    }
    const entries = await store.read(id, START)
    t.equal(entries.length, LIMITS.entries)
    t.equal(entries.at(-1)?.message, 'answer 9')
  })

  await t.test('every replica is told that a log has grown', async (t) => {
    const { store, bus } = await open(t, LIMITS)
    const { id } = newSession()
    await store.create(newSession({ id }))
    const told = new Promise((resolve) => hearSession(bus, id, resolve))
    await store.append(id, 's', '{}')
    t.strictSame(await told, { kind: 'logged', stream: 's' })
  })

  await t.test('of many who answer a request, one succeeds', async (t) => {
    const { store } = await open(t, { ...LIMITS, entries: 100 })
    const { id } = newSession()
    await store.create(newSession({ id }))
    const begun = await store.open(id, 's', [
      { id: 1, replica: 'r1' },
      { id: '1', replica: 'r1' },
    ])
    t.match(await store.read(id, START), [{ position: begun, stream: 's', message: '' }])
    t.match(await store.openRequests(id, 's'), { length: 2 })
    t.strictSame(await store.openRequests(id, 'other'), [])
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        store.answer(id, 's', { request: 1, message: `"${at}"`, last: false }),
      ),
    )
    t.equal(answers.filter((position) => position !== undefined).length, 1)
    t.strictSame(await store.openRequests(id, 's'), [{ id: '1', replica: 'r1' }])
    t.ok(await store.answer(id, 's', { request: '1', message: '', last: true }))
    t.match((await store.read(id, START)).at(-1), { stream: 's', message: '', last: true })
    t.strictSame(await store.openRequests(id, 's'), [])
  })

  await t.test('a session keeps so many requests open', async (t) => {
    const { store } = await open(t, LIMITS)
    const { id } = newSession()
    await store.create(newSession({ id }))
    const requests = Array.from({ length: MAX_OPEN_REQUESTS }, (_, at) => {
      return { id: at, replica: 'r' }
    })
    t.ok(await store.open(id, 's', requests))
    t.equal(await store.open(id, 'other', [{ id: 0, replica: 'r' }]), undefined)
    t.strictSame(await store.openRequests(id, 'other'), [])
  })
}
