import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { Departure } from '../../src/transport/departure.ts'
import { listening } from '../support/listening.ts'

/** A response that is held, what closes it, and a client that can leave. */
async function held(t: Test) {
  const responses: ServerResponse[] = []
  const url = await listening(t, (_request, response) => void responses.push(response))
  const abort = new AbortController()
  const asked = fetch(url, { signal: abort.signal }).catch(() => undefined)
  while (responses.length === 0) await new Promise(setImmediate)
  const response = responses[0] as ServerResponse
  const closed = once(response, 'close')
  async function leave() {
    abort.abort()
    await closed
  }
  return { response, closed, asked, leave }
}

t.test(
  'who leaves before the answer is whole has departed, and each listener is told',
  async (t) => {
    const { response, leave } = await held(t)
    const departure = new Departure(response)
    const signal = departure.signal()
    let told = 0
    const listener = () => void told++
    const removed = () => t.fail('it does not listen any more')
    departure.addEventListener('abort', listener)
    departure.addEventListener('abort', removed)
    departure.removeEventListener('abort', removed)
    t.notOk(departure.aborted || signal.aborted)
    await leave()
    t.equal(departure.aborted, true)
    t.equal(signal.aborted, true)
    t.equal(told, 1)
    t.equal(departure.signal().aborted, true, 'nor is it too late to ask')
    t.equal(new Departure(response).aborted, true, 'of a connection that is lost already')
  },
)

t.test('who has the whole answer has not departed', async (t) => {
  const { response, closed, asked } = await held(t)
  const departure = new Departure(response)
  departure.addEventListener('abort', () => t.fail('nobody has left'))
  response.end('whole')
  t.equal(await (await asked)?.text(), 'whole')
  await closed
  t.equal(departure.aborted, false)
})
