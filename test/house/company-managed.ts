/** Access that a company manages, without a browser: the SDK's own client, two gateways, and a company that signs. */
import {
  Client,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { UnsecuredJWT } from 'jose'
import type { Test } from 'tap'
import { sha256 } from '../../gateway/src/oauth/token-value.ts'
import { startAssertionIssuer } from '../support/assertion-issuer.ts'
import type { House } from './house.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const CLIENT = 'managed-desk'
const SECRET = 'a secret of a managed client that is long enough'

export async function companyManaged(t: Test, house: House): Promise<void> {
  const company = await startAssertionIssuer(t)
  company.clients.set('desk', CLIENT)
  company.claims = { student_id: 'BS-2234', realm_access: { roles: ['student'] } }
  const managed = { client_id: CLIENT, grant_types: [GRANT], client_secret_sha256: sha256(SECRET) }
  const settings = { ID_JAG_ISSUERS: company.issuer, CLIENTS: JSON.stringify([managed]) }

  const provider = () =>
    new CrossAppAccessProvider({
      clientId: CLIENT,
      clientSecret: SECRET,
      expectedIssuer: house.origin,
      assertion: async ({ authorizationServerUrl, resourceUrl, scope, fetchFn }) => {
        const { jwtAuthGrant } = await discoverAndRequestJwtAuthGrant({
          idpUrl: company.issuer,
          audience: authorizationServerUrl,
          resource: resourceUrl,
          idToken: new UnsecuredJWT({ sub: 'sub-of-bernard', aud: 'desk' }).encode(),
          clientId: 'desk',
          ...(scope === undefined ? {} : { scope }),
          fetchFn,
        })
        return jwtAuthGrant
      },
    })

  await house.withGateways(settings, () =>
    t.test('from a bare 401 to a student’s record, with nobody at a browser', async (t) => {
      const client = new Client({ name: 'desk', version: '1' })
      await client.connect(
        new StreamableHTTPClientTransport(house.mcpUrl, { authProvider: provider() }),
      )
      for (let calls = 0; calls < 2; calls++) {
        const own = await client.callTool({ name: 'get_student_info', arguments: {} })
        t.match(own.structuredContent, { id: 'BS-2234' })
      }
      await client.close()
    }),
  )
}
