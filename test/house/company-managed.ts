/** Access that a company manages, without a browser: the SDK's own client, two gateways, and a company that signs. */
import { randomUUID } from 'node:crypto'
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
import { callTool } from '../support/rpc.ts'
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

  await house.withGateways(settings, async (gateways) => {
    await t.test('from a bare 401 to a student’s record, with nobody at a browser', async (t) => {
      const client = new Client({ name: 'desk', version: '1' })
      await client.connect(
        new StreamableHTTPClientTransport(house.mcpUrl, { authProvider: provider() }),
      )
      for (let calls = 0; calls < 2; calls++) {
        const own = await client.callTool({ name: 'get_student_info', arguments: {} })
        t.match(own.structuredContent, { id: 'BS-2234' })
      }
      await client.close()
    })

    await t.test(
      'Enterprise-Managed Authorization §7.4.2: an assertion that one gateway took is refused by the other',
      async (t) => {
        const [here, there] = gateways
        const iat = Math.floor(Date.now() / 1000)
        const assertion = await company.sign({
          iss: company.issuer,
          sub: 'sub-of-bernard',
          aud: house.origin,
          client_id: CLIENT,
          resource: house.mcpUrl.href,
          jti: randomUUID(),
          iat,
          exp: iat + 300,
          ...company.claims,
        })
        const redeem = ({ origin }: { origin: string }) =>
          fetch(`${origin}/token`, {
            method: 'POST',
            body: new URLSearchParams({
              grant_type: GRANT,
              assertion,
              client_id: CLIENT,
              client_secret: SECRET,
            }),
          })
        const redeemed = await redeem(here)
        t.equal(redeemed.status, 200)
        const tokens = (await redeemed.json()) as Record<string, string>
        t.notHas(tokens, { refresh_token: String })
        for (const { origin } of gateways) {
          const own = await callTool(`${origin}/mcp`, tokens.access_token ?? '')
          t.match(own.result?.structuredContent, { id: 'BS-2234' })
        }
        const replayed = await redeem(there)
        t.equal(replayed.status, 400)
        t.match(await replayed.json(), { error: 'invalid_grant' })
      },
    )
  })
}
