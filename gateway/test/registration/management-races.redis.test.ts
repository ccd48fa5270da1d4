/** RFC 7592 and RFC 9126 on two replicas that share a Redis: who comes at the same time gets nothing twice, and nothing back. */
import t, { type Test } from 'tap'
import { anyRedis } from '../../../test/support/redis.ts'
import { authorizationUrl, CLAUDE, type RegisteredClient, refreshment } from '../support/door.ts'
import { replicasOnRedis } from '../support/replicas.ts'

interface Managed extends RegisteredClient {
  registration_access_token: string
  registration_client_uri: string
}

const METHOD = 'client_secret_post'
const twoDoors = async (t: Test) => replicasOnRedis(await anyRedis(t))(t)

t.test(
  'RFC 7592 §2.3: of a deletion among updates, refreshes and a login nothing lives on',
  async (t) => {
    const [here, there] = await twoDoors(t)
    for (let round = 0; round < 20; round++) {
      const client = (await here.register({ token_endpoint_auth_method: METHOD })) as Managed
      const { client_id, client_secret, registration_access_token } = client
      const { access_token, refresh_token } = await here.connect(client)
      const url = new URL(client.registration_client_uri).pathname
      const headers = { authorization: `Bearer ${registration_access_token}` }
      const payload = {
        client_id,
        client_secret,
        redirect_uris: [CLAUDE],
        token_endpoint_auth_method: round % 2 === 0 ? 'none' : METHOD,
      }
      const browser = there.browser()
      const page = await browser.get(authorizationUrl(client).url)
      const toProvider = await browser.submit(page, 'allow')
      const [deleted, ...others] = await Promise.all([
        here.app.inject({ method: 'DELETE', url, headers }),
        here.app.inject({ method: 'PUT', url, headers, payload }),
        there.app.inject({ method: 'PUT', url, headers, payload }),
        here.post('/token', refreshment(client, refresh_token)),
        there.post('/token', refreshment(client, refresh_token)),
        browser.comeBack(toProvider),
      ])
      t.equal(deleted.statusCode, 204)
      t.same(
        others.filter(({ statusCode }) => statusCode >= 500),
        [],
      )
      t.equal(await there.store.get('client', client_id), undefined)
      const grantId = access_token.slice('bsg_at_'.length).split('.')[0] ?? ''
      t.equal(await there.store.isAlive(grantId), false)
      const again = await there.post('/token', refreshment(client, refresh_token))
      t.equal(again.statusCode, 401)
    }
  },
)

t.test('RFC 9126 §7.3: ten consents to one request_uri on two replicas are one', async (t) => {
  const [here, there] = await twoDoors(t)
  const client = await here.register()
  const pushed = await here.post('/par', authorizationUrl(client).url.replace('/authorize?', ''))
  const { request_uri } = pushed.json()
  const link = `/authorize?${new URLSearchParams({ client_id: client.client_id, request_uri })}`
  const pages = await Promise.all(
    Array.from({ length: 10 }, async (_, at) => {
      const browser = (at % 2 === 0 ? here : there).browser()
      return { browser, page: await browser.get(link) }
    }),
  )
  const answers = await Promise.all(pages.map(({ browser, page }) => browser.submit(page, 'allow')))
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.equal((await there.app.inject(link)).statusCode, 400)
})
