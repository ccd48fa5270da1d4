import { randomUUID } from 'node:crypto'
import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { Writable } from 'node:stream'
import t from 'tap'
import type { Caller } from '../../src/authentication/person.ts'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'
import { MemoryEventFeed } from '../../src/replicas/memory-event-feed.ts'
import { MemorySessionStore } from '../../src/sessions/memory-session-store.ts'
import { SessionReaders } from '../../src/sessions/session-readers.ts'
import { EventView } from '../../src/transport/event-view.ts'
import { type Holding, OpenStreams } from '../../src/transport/open-streams.ts'
import { PersonLimits } from '../../src/transport/person-limits.ts'
import { createSessions } from '../../src/transport/sessions.ts'
import { LIMITS, newSession } from '../sessions/session-store-promises.ts'
import { fixtureServer, WATCHED } from '../support/fixture-server.ts'
import { people } from '../support/gateway.ts'
import { beginSession, call, startHouse, type WireSession } from '../support/house.ts'
import { readSse } from '../support/sse.ts'
import { silentNotifier } from '../support/visit.ts'

const fixture = fixtureServer()
const house = await startHouse({}, { createServer: fixture.createServer })
t.teardown(() => house.close())
const token = await house.gateway.mint()
const bean = await house.gateway.mint({ claims: people.bean })

async function view(session: WireSession, lastEventId?: string) {
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  }
  return readSse(await session.get(headers), () => {})
}

function announce(session: WireSession, what: string, times = 1) {
  return session.post(call('announce', { what, times })).then((answer) => answer.text())
}

function subscribe(session: WireSession, verb = 'subscribe', uri = WATCHED) {
  const request = { jsonrpc: '2.0', id: 1, method: `resources/${verb}`, params: { uri } }
  return session.post(request).then((answer) => answer.text())
}

t.test('list changes reach the standalone stream of every session', async (t) => {
  const sessions = [await beginSession(house, token), await beginSession(house, bean)]
  const views = []
  for (const session of sessions) views.push(await view(session))
  for (const view of views) t.equal((await view.next()).data, '')
  for (const what of ['tools', 'prompts', 'resources']) {
    await announce(sessions[0] as WireSession, what)
    for (const view of views) {
      t.match(JSON.parse((await view.next()).data), {
        method: `notifications/${what}/list_changed`,
      })
    }
  }
  for (const session of sessions) await session.end()
})

t.test('MCP 2025-11-25 Resources: an update reaches who subscribed, while they do', async (t) => {
  const [one, other] = [await beginSession(house, token), await beginSession(house, bean)]
  const views = [await view(one), await view(other)]
  await subscribe(one)
  await announce(other, WATCHED)
  await announce(other, 'fixture://unwatched')
  await announce(other, 'tools')
  await subscribe(one, 'unsubscribe')
  await subscribe(other)
  await announce(one, WATCHED)
  await one.end()
  const methods = async (at: number) =>
    (await views[at]?.rest())?.slice(1).map(({ data }) => JSON.parse(data).method)
  t.strictSame(await methods(0), [
    'notifications/resources/updated',
    'notifications/tools/list_changed',
  ])
  await other.end()
  t.strictSame(await methods(1), [
    'notifications/tools/list_changed',
    'notifications/resources/updated',
  ])
})

t.test('resumed with Last-Event-ID: nothing is lost, nothing comes twice', async (t) => {
  const session = await beginSession(house, token)
  const before = await view(session)
  await announce(session, 'tools')
  await before.next()
  const { id } = await before.next()
  const { length } = await announceMany(session)
  const after = await view(session, id)
  await announce(session, 'prompts')
  const seen: string[] = []
  while (seen.at(-1) !== 'notifications/prompts/list_changed') {
    const { data } = await after.next()
    if (data !== '') seen.push(JSON.parse(data).method)
  }
  t.equal(seen.length, length + 1)
  await session.end()
  t.strictSame(await after.rest(), [])
})

/** More than any reader takes at a time. */
async function announceMany(session: WireSession) {
  const times = 1_200
  await announce(session, 'tools', times)
  return { length: times }
}

t.test('a newer GET takes the standalone stream over', async (t) => {
  const session = await beginSession(house, token)
  const older = await view(session)
  await older.next()
  const newer = await view(session)
  t.strictSame(await older.rest(), [])
  await newer.next()
  await announce(session, 'tools')
  t.match((await newer.next()).data, 'list_changed')
  await session.end()
})

t.test('of many GETs at once exactly one stays', async (t) => {
  const session = await beginSession(house, token)
  const views = await Promise.all(Array.from({ length: 8 }, () => view(session)))
  await announce(session, 'tools')
  await session.end()
  const shown = await Promise.all(
    views.map(async (each) => (await each.rest()).filter(({ data }) => data !== '').length),
  )
  t.strictSame(shown.sort(), [0, 0, 0, 0, 0, 0, 0, 1])
})

t.test('a sign of life on every kind of stream', async (t) => {
  let time = Date.now()
  const fixture = fixtureServer()
  const house = await startHouse({}, { createServer: fixture.createServer, now: () => time })
  t.teardown(() => house.close())
  const token = await house.gateway.mint({ now: time })
  const session = await beginSession(house, token)
  const waiting = await session.post(call('hold', { name: 'alive' }))
  const standalone = await session.get({ accept: 'text/event-stream' })
  const sse = await fetch(new URL('/sse', house.origin), {
    headers: { authorization: `Bearer ${token}` },
  })
  time += 15_000
  for (const answer of [waiting, standalone, sse]) {
    const reader = answer.body?.getReader()
    let seen = ''
    while (!seen.includes(': keepalive\n\n')) {
      seen += new TextDecoder().decode((await reader?.read())?.value)
    }
    t.match(seen, /: keepalive\n\n$/)
    await reader?.cancel()
  }
  fixture.release('alive')
})

t.test('who leaves while their GET is being looked up is not shown to for ever', async (t) => {
  const { bus, feed, streams, store, session, get } = await lookUp(t)
  let arrived = () => {}
  let left = () => {}
  let settled = () => {}
  const looking = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const gone = new Promise<void>((resolve) => {
    left = resolve
  })
  store.newest = async () => {
    arrived()
    await gone
    return '0-0'
  }
  const server = createServer((request, response) => {
    response.once('close', () => left())
    void get(request, response).then(() => settled())
  })
  const answered = new Promise<void>((resolve) => {
    settled = resolve
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const abort = new AbortController()
  const asked = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    headers: { accept: 'text/event-stream', 'mcp-session-id': session.id },
    signal: abort.signal,
  })
  await looking
  abort.abort()
  await t.rejects(asked)
  await answered
  t.equal(streams.size, 0)
  await Promise.all([bus.close(), feed.close(), streams.close()])
})

t.test('who reads slowly is shown all of a call that was answered long ago', async (t) => {
  const { bus, feed, streams, store, session, held } = await lookUp(t, {
    ...LIMITS,
    bytes: 1_000_000,
  })
  const stream = randomUUID()
  await store.open(session.id, stream, [{ id: 1, replica: bus.replica }])
  await store.append(session.id, stream, JSON.stringify('x'.repeat(100_000)))
  await store.answer(session.id, stream, { request: 1, message: '{"id":1}', last: true })
  // Nobody takes what is written to it until the test says so.
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const shown = new Promise<void>((resolve) => response.once('finish', resolve))
  const at = { sessionId: session.id, stream, logged: '0-0', fed: '0-0', primes: true, response }
  const view = new EventView({ ...at, ...held, person: session.owner.person })
  for (let second = 0; second < 5; second++) {
    view.tick(Date.now())
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.notOk(response.writableEnded, 'it waits')
  let text = ''
  const reader = new Writable({
    highWaterMark: 1_000_000,
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  response.assignSocket(reader as Socket)
  await shown
  t.match(text, 'data: {"id":1}')
  t.equal(streams.size, 0)
  await Promise.all([bus.close(), feed.close(), streams.close()])
})

t.test('many views of a session: each entry is read once, whichever stream it is of', async (t) => {
  const limits = { ...LIMITS, entries: 1_000, bytes: 1_000_000 }
  const { bus, feed, streams, store, session, held } = await lookUp(t, limits)
  let read = 0
  const { read: readOn } = store
  store.read = async (...args) => {
    const entries = await readOn.apply(store, args)
    read += entries.length
    return entries
  }
  const calls = Array.from({ length: 50 }, () => ({ stream: randomUUID(), shown: '' }))
  for (const { stream } of calls) {
    await store.open(session.id, stream, [{ id: 1, replica: bus.replica }])
  }
  const logged = await store.newest(session.id)
  const ended = calls.map((call) => {
    const response = new ServerResponse(new IncomingMessage(new Socket()))
    const reader = new Writable({
      write(chunk, _encoding, done) {
        call.shown += chunk
        done()
      },
    })
    response.assignSocket(reader as Socket)
    const at = { sessionId: session.id, stream: call.stream, logged, fed: '0-0', primes: false }
    new EventView({ ...at, ...held, person: session.owner.person, response })
    return new Promise<void>((resolve) => response.once('finish', resolve))
  })
  const answer = { request: 1, message: '{"id":1}', last: true }
  for (const { stream } of calls) await store.answer(session.id, stream, answer)
  await Promise.all(ended)
  for (const { shown } of calls) t.equal(shown.match(/"id":1/g)?.length, 1)
  t.equal(read, calls.length)
  t.equal(held.readers.size, 0)
  await Promise.all([bus.close(), feed.close(), streams.close()])
})

t.test('what waits for a slow reader is bounded, and all of it comes in the end', async (t) => {
  const limits = { ...LIMITS, entries: 1_000, bytes: 100_000_000 }
  const { bus, feed, streams, store, session, held } = await lookUp(t, limits)
  // Few at a time, so that it is full between two readings.
  const { read } = store
  store.read = async (...args) => (await read.apply(store, args)).slice(0, 5)
  const stream = randomUUID()
  await store.open(session.id, stream, [{ id: 1, replica: bus.replica }])
  const count = 40
  for (let at = 0; at < count; at++) {
    await store.append(session.id, stream, JSON.stringify(`${at} ${'x'.repeat(100_000)}`))
  }
  await store.answer(session.id, stream, { request: 1, message: '{"id":1}', last: true })
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const shown = new Promise<void>((resolve) => response.once('finish', resolve))
  const at = { sessionId: session.id, stream, logged: '0-0', fed: '0-0', primes: false, response }
  const view = new EventView({ ...at, ...held, person: session.owner.person })
  while (!view.full) {
    await bus.tell(`session:${session.id}`, JSON.stringify({ kind: 'logged', stream }))
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.ok(response.writableLength < 300_000, 'it waits')
  let text = ''
  const reader = new Writable({
    // A bare socket says nothing to the response when it has drained.
    highWaterMark: 100_000_000,
    write(chunk, _encoding, done) {
      text += chunk
      setImmediate(() => {
        void bus.tell(`session:${session.id}`, JSON.stringify({ kind: 'logged', stream }))
        done()
      })
    },
  })
  response.assignSocket(reader as Socket)
  await shown
  const numbers = [...text.matchAll(/^data: "(\d+) x/gm)].map(([, number]) => Number(number))
  t.strictSame(
    numbers,
    Array.from({ length: count }, (_, number) => number),
  )
  t.match(text, 'data: {"id":1}')
  await Promise.all([bus.close(), feed.close(), streams.close()])
})

async function lookUp(t: { error(error: unknown): unknown }, limits = LIMITS) {
  const onError = (error: Error) => void t.error(error)
  const bus = new MemoryBus((error) => t.error(error))
  const feed = new MemoryEventFeed(Date.now, onError)
  const streams = new OpenStreams(Date.now)
  const store = new MemorySessionStore({ bus, limits, now: Date.now })
  const session = newSession()
  await store.create(session)
  const held: Holding = {
    sessions: store,
    readers: new SessionReaders({ sessions: store, bus, onError }),
    bus,
    feed,
    streams,
    limits: new PersonLimits({ calls: 100, streams: 100, completions: 100, now: Date.now }),
    lifetime: LIMITS.lifetime,
    now: Date.now,
    onError,
  }
  const { createServer } = fixture
  const { get } = createSessions({ ...held, createServer, notify: silentNotifier })
  const caller = {
    clientId: session.owner.client,
    extra: { person: { id: session.owner.person } },
  } as unknown as Caller
  return {
    bus,
    feed,
    streams,
    store,
    session,
    held,
    get: (request: IncomingMessage, response: ServerResponse) =>
      get({ request, response, caller, body: undefined }),
  }
}
