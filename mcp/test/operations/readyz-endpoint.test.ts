import t from 'tap'
import { startHouse } from '../support/house.ts'

t.test('GET /readyz is 200 when the store answers', async (t) => {
  const house = await startHouse()
  t.teardown(() => house.close())
  const answer = await fetch(new URL('/readyz', house.origin))
  t.equal(answer.status, 200)
  t.strictSame(await answer.json(), { status: 'ready', store: 'up' })
})

t.test('GET /readyz is 503 with Retry-After when it does not', async (t) => {
  const house = await startHouse({ REDIS_URL: 'redis://127.0.0.1:1' })
  t.teardown(() => house.close())
  const answer = await fetch(new URL('/readyz', house.origin))
  t.equal(answer.status, 503)
  t.match(answer.headers.get('retry-after'), /^\d+$/)
  t.match(await answer.json(), { status: 'unavailable', store: 'down' })
})
