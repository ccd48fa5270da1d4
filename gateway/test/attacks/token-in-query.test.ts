import t from 'tap'
import { openDoor } from '../support/door.ts'

t.test(
  'RFC 6750 §2.3, OAuth 2.1 §5.1: a token in the query or in a form is no token',
  async (t) => {
    const door = await openDoor(t)
    const { access_token } = await door.connect(await door.register())
    const inQuery = await door.app.inject({
      method: 'POST',
      url: `/mcp?access_token=${access_token}`,
    })
    t.equal(inQuery.statusCode, 401)
    t.notMatch(inQuery.headers['www-authenticate'], /error=/, 'as if none had been sent')
    const inForm = await door.post('/mcp', { access_token })
    t.equal(inForm.statusCode, 401)
  },
)

t.test('client credentials in the query are none (RFC 6749 §2.3.1)', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
  const { refresh_token } = await door.connect(client)
  const query = new URLSearchParams({
    client_id: client.client_id,
    client_secret: client.client_secret ?? '',
  })
  const answer = await door.post(`/token?${query}`, { grant_type: 'refresh_token', refresh_token })
  t.match([answer.statusCode, answer.json()], [400, { error: 'invalid_request' }])
})
