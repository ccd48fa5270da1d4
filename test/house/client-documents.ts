/** Clients whose id is the URL of their metadata, at a host of documents on loopback (CIMD_DEVELOPMENT_ORIGINS). */
import type { Test } from 'tap'
import { ClaudeClient, type Tokens } from '../support/claude-client.ts'
import { assertionClaims, createClientKey, JWT_BEARER } from '../support/client-assertion.ts'
import { callTool } from '../support/rpc.ts'
import type { House } from './house.ts'

const CALLBACK = 'http://127.0.0.1:49152/callback'

export async function clientDocuments(t: Test, house: House): Promise<void> {
  /** A client as its document says it is; nobody registered it. */
  function publish(name: string, more: Record<string, unknown> = {}): ClaudeClient {
    const client_id = `${house.documents.origin}/${name}.json`
    const document = { client_id, client_name: name, redirect_uris: ['http://127.0.0.1/callback'] }
    house.documents.paths.set(`/${name}.json`, { ...document, ...more })
    return new ClaudeClient(house.origin, {
      client_id,
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'none',
    })
  }
  const asked = (path: string) => house.documents.asked.filter((each) => each === path).length

  t.test(
    'CIMD §4: from /authorize to a student’s record, fetched once for both gateways',
    async (t) => {
      const client = publish('public')
      const pages = await Promise.all(
        Array.from({ length: 10 }, () => fetch(client.authorization().url)),
      )
      t.same(
        pages.map(({ status }) => status),
        Array(10).fill(200),
      )
      t.equal(asked('/public.json'), 1)
      const { access_token, refresh_token } = await client.connect(house.person('ender'))
      const own = await callTool(house.mcpUrl, access_token)
      t.match(own.result?.structuredContent, { id: 'BS-2401' })
      const refreshed = await client.refresh(refresh_token)
      t.equal(refreshed.status, 200)
      const next = (await refreshed.json()) as Tokens
      for (let call = 0; call < 2; call++) {
        t.equal((await callTool(house.mcpUrl, next.access_token)).status, 200)
      }
      t.equal(asked('/public.json'), 1)
    },
  )

  t.test('C29: private_key_jwt: an assertion is taken once, by either gateway', async (t) => {
    const key = await createClientKey()
    house.documents.paths.set('/jwks', { keys: [key.jwk] })
    const client = publish('signing', {
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      jwks_uri: `${house.documents.origin}/jwks`,
    })
    const proof = async () => ({
      client_assertion_type: JWT_BEARER,
      client_assertion: await key.sign(
        assertionClaims(client.registered.client_id, `${house.origin}/token`, Date.now()),
      ),
    })
    const { code, verifier } = await client.code(house.person('bean'))
    const request = { grant_type: 'authorization_code', code, code_verifier: verifier }
    t.equal((await client.post('/token', request)).status, 401, 'not by its name alone')
    const used = await proof()
    const redeemed = await client.post('/token', { ...request, ...used })
    t.equal(redeemed.status, 200)
    const tokens = (await redeemed.json()) as Tokens
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    for (let gateway = 0; gateway < 2; gateway++) {
      t.equal((await client.post('/token', { ...refresh, ...used })).status, 401, 'replayed')
    }
    const refreshed = await client.post('/token', { ...refresh, ...(await proof()) })
    t.equal(refreshed.status, 200)
    const next = (await refreshed.json()) as Tokens
    for (let call = 0; call < 2; call++) {
      const own = await callTool(house.mcpUrl, next.access_token)
      t.match(own.result?.structuredContent, { id: 'BS-2507' })
    }
  })

  t.test(
    'CIMD §4: a document that cannot be used is a page, and sends nobody anywhere',
    async (t) => {
      for (const client of [
        publish('other', { client_id: 'https://app.example.com/client.json' }),
        publish('secret', { token_endpoint_auth_method: 'client_secret_post' }),
        publish('hostile', { redirect_uris: [CALLBACK, 'javascript:alert(1)'] }),
      ]) {
        const { url } = client.authorization()
        for (let gateway = 0; gateway < 2; gateway++) {
          const response = await fetch(url, { redirect: 'manual' })
          t.equal(response.status, 400, client.registered.client_id)
          t.equal(response.headers.get('location'), null)
        }
      }
    },
  )
}
