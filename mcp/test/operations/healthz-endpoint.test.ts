import t from 'tap'
import { startHouse } from '../support/house.ts'

t.test('GET /healthz says that the process is alive, without a login', async (t) => {
  const house = await startHouse()
  t.teardown(() => house.close())
  const answer = await fetch(new URL('/healthz', house.origin))
  t.equal(answer.status, 200)
  t.strictSame(await answer.json(), { status: 'alive' })
})

t.test('it does so with a store that is down', async (t) => {
  const house = await startHouse({ REDIS_URL: 'redis://127.0.0.1:1' })
  t.teardown(() => house.close())
  t.equal((await fetch(new URL('/healthz', house.origin))).status, 200)
})
