/** The whole road against `npm start`, as the launcher opens it. */
import t from 'tap'
import { roads } from '../house/roads.ts'
import { startHouse } from '../support/house-of-npm-start.ts'

t.test('the whole road against npm start', async (t) => {
  const house = await startHouse(t)
  const origin = `http://localhost:${house.port}`
  await t.test('each kind of client', (t) =>
    roads(t, {
      origin,
      mcpUrl: new URL(house.url),
      person: (username) => ({ username, password: 'battle-school' }),
    }),
  )
  house.npm.kill('SIGTERM')
  await house.ended
  t.notMatch(house.output(), /"level":(?:50|60)/, 'no error was logged')
})
