/** The installed clients against `npm start` (docs/clients.md); test/house has them against two of each service. */
import t from 'tap'
import { installed } from './installed/installed.ts'
import { startPlace } from './installed/place.ts'

t.test('the installed clients against npm start', async (t) => {
  await installed(t, await startPlace(t))
})
