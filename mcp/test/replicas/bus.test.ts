import t from 'tap'
import { frame, Listeners, unframe } from '../../src/replicas/bus.ts'

t.test('a listener that fails is reported, and the others hear nevertheless', async (t) => {
  const errors: Error[] = []
  const listeners = new Listeners((error) => errors.push(error))
  const heard: string[] = []
  listeners.add('topic', () => {
    throw new TypeError('deaf')
  })
  listeners.add('topic', (message) => heard.push(message))
  listeners.tell('topic', 'message')
  t.same(heard, ['message'])
  t.match(errors, [{ name: 'TypeError', message: 'deaf' }])
})

t.test('who stops listening while all are told hears that message and no other', async (t) => {
  const listeners = new Listeners((error) => void t.error(error))
  const heard: string[] = []
  const stop = listeners.add('topic', (message) => {
    heard.push(message)
    stop()
  })
  listeners.tell('topic', 'first')
  listeners.tell('topic', 'second')
  listeners.tell('other', 'third')
  t.same(heard, ['first'])
})

t.test('a message keeps its blanks on the channel', async (t) => {
  t.same(unframe(frame('topic', 'a b c')), { topic: 'topic', message: 'a b c' })
})
