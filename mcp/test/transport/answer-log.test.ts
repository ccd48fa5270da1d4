import t from 'tap'
import { StoreUnavailableError } from '../../src/redis/ask.ts'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'
import { START } from '../../src/replicas/position.ts'
import { MemorySessionStore } from '../../src/sessions/memory-session-store.ts'
import { AnswerLog } from '../../src/transport/answer-log.ts'
import { LIMITS, newSession } from '../sessions/session-store-promises.ts'

const STREAM = 'stream'

// What is tried again keeps no process alive.
const alive = setInterval(() => {}, 1_000)
t.teardown(() => clearInterval(alive))

async function open(t: { error(error: unknown): unknown }) {
  const bus = new MemoryBus((error) => void t.error(error))
  const store = new MemorySessionStore({ bus, limits: LIMITS, now: Date.now })
  const { id } = newSession()
  await store.create(newSession({ id }))
  const requests = ['a', 'b', 'c'].map((request) => ({ id: request, replica: bus.replica }))
  await store.open(id, STREAM, requests)
  const state = { isAway: false, attempts: 0, onAttempt: () => {} }
  const answer = store.answer.bind(store)
  store.answer = async (...args) => {
    state.attempts += 1
    state.onAttempt()
    if (state.isAway) throw new StoreUnavailableError(new Error('expected by the test'))
    return answer(...args)
  }
  const errors: Error[] = []
  const onError = (error: Error) => void errors.push(error)
  const log = new AnswerLog({ sessions: store, sessionId: id, stream: STREAM, onError, again: 5 })
  const logged = async () => (await store.read(id, START)).filter(({ message }) => message !== '')
  const emptied = async () => {
    while ((await store.openRequests(id, STREAM)).length > 0) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { log, state, errors, logged, emptied, store, id }
}

const answerTo = (request: string, last = false) => ({ request, message: `"${request}"`, last })

t.test('an answer is logged at once, and only by who closes the request', async (t) => {
  const { log, store, id } = await open(t)
  t.match(await log.log(answerTo('a')), { at: /^\d+-\d+$/ })
  await store.answer(id, STREAM, answerTo('b'))
  t.equal(await log.log(answerTo('b')), 'elsewhere')
})

t.test('while Redis is away answers wait in their order: none comes after the last', async (t) => {
  const { log, state, errors, logged, emptied } = await open(t)
  state.isAway = true
  t.equal(await log.log(answerTo('a')), 'later')
  // Another attempt has failed, and the next may succeed at any time.
  await new Promise<void>((resolve) => {
    state.onAttempt = resolve
  })
  state.isAway = false
  t.equal(await log.log(answerTo('b')), 'later', 'though Redis is back')
  t.equal(await log.log(answerTo('c', true)), 'later')
  await emptied()
  t.match(await logged(), [
    { message: '"a"', last: false },
    { message: '"b"', last: false },
    { message: '"c"', last: true },
  ])
  t.match(errors[0], { name: 'StoreUnavailableError' })
})

t.test('afterwards answers are logged at once again', async (t) => {
  const { log, state, emptied, logged } = await open(t)
  state.isAway = true
  t.equal(await log.log(answerTo('a')), 'later')
  state.isAway = false
  let done: unknown = 'later'
  while (done === 'later') {
    await new Promise((resolve) => setImmediate(resolve))
    if ((await logged()).length > 0) done = await log.log(answerTo('b'))
  }
  t.match(done, { at: String })
  await log.log(answerTo('c', true))
  await emptied()
  t.match(await logged(), [{ message: '"a"' }, { message: '"b"' }, { message: '"c"', last: true }])
})
