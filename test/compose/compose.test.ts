/**
 * npm run test:compose: the same road, against the house that `docker compose up` has started. HOUSE_URL is its public
 * origin, BATTLE_SCHOOL_DEMO_PASSWORD the password of the demo people.
 */
import t from 'tap'
import { door } from '../house/house.ts'
import { people } from '../house/people.ts'
import { roads } from '../house/roads.ts'

const origin = process.env.HOUSE_URL || 'http://localhost:3000'
const house = door(origin, process.env.BATTLE_SCHOOL_DEMO_PASSWORD || undefined)

await fetch(`${origin}/readyz`).catch(() => {
  throw new Error(`No house answers at ${origin}: run docker compose up, or set HOUSE_URL.`)
})

t.test('it is ready', async (t) => {
  const response = await fetch(`${origin}/readyz`)
  t.equal(response.status, 200)
})
t.test('the whole road', (t) => roads(t, house))
t.test('people', (t) => people(t, house))
