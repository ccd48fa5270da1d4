/** The whole road against `npm start`, as the launcher opens it. */
import t from 'tap'
import { roads } from '../house/roads.ts'
import { startHouse } from '../support/house-of-npm-start.ts'

t.test('the whole road against npm start', async (t) => {
  // Settings of another provider, left in a shell, are not the embedded one's.
  const house = await startHouse(t, {
    OIDC_DISCOVERY_URL: 'http://127.0.0.1:1/.well-known/openid-configuration',
    OIDC_CLIENT_SECRET_FILE: '/no/such/file',
    // Empty is unset.
    SECRET_KEY: '',
    MCP_UPSTREAM_URL: '',
  })
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
