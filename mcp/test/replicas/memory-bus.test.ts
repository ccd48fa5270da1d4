import t from 'tap'
import { MemoryBus } from '../../src/replicas/memory-bus.ts'

t.test('a listener that fails ends neither the process nor what others hear', async (t) => {
  const errors: Error[] = []
  const bus = new MemoryBus((error) => void errors.push(error))
  bus.listen('topic', () => {
    throw new Error('of one session')
  })
  const heard = new Promise<string>((resolve) => {
    bus.listen('topic', resolve)
  })
  await bus.tell('topic', 'news')
  t.equal(await heard, 'news')
  t.match(errors, [{ message: 'of one session' }])
})
