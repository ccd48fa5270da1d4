/** The real clients against `npm start` (docs/clients.md); test/house has them against two gateways on Redis and Keycloak. */
import t from 'tap'
import { startDocumentServer } from '../support/document-server.ts'
import { startHouse } from '../support/house-of-npm-start.ts'
import { MATRIX_SETTINGS, matrix } from './matrix/matrix.ts'

t.test('the real clients against npm start', async (t) => {
  const documents = await startDocumentServer(t)
  const house = await startHouse(t, {
    CIMD_DEVELOPMENT_ORIGINS: documents.origin,
    ...MATRIX_SETTINGS,
  })
  const origin = `http://localhost:${house.port}`
  await matrix(t, { origin, mcpUrl: house.url, documents: documents.origin }, documents)

  house.npm.kill('SIGTERM')
  await house.ended
  t.notMatch(house.output(), /"level":(?:50|60)/, 'no error was logged')
})
