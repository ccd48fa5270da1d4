import t from 'tap'
import { MemorySeals } from '../../src/school/memory-seals.ts'

t.test('an id is remembered for its lifetime and no longer', async (t) => {
  let now = 0
  const seals = new MemorySeals(() => now)
  t.equal(await seals.consume('a', 100), true)
  now = 99
  t.equal(await seals.consume('a', 100), false)
  now = 100
  t.equal(await seals.consume('a', 100), true)
})

t.test('each process has a key of its own, and gives copies of it', async (t) => {
  const seals = new MemorySeals(Date.now)
  const key = await seals.key()
  t.notSame([...key], [...(await new MemorySeals(Date.now).key())])
  key.fill(0)
  t.ok((await seals.key()).some((byte) => byte !== 0))
})
