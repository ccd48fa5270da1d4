import t from 'tap'
import { sha256 } from '../../src/oauth/token-value.ts'
import { personIdOf } from '../../src/students/directory.ts'
import { openDoor } from '../support/door.ts'
import { ISSUER } from '../support/stub-upstream.ts'

const SECRET = 'a secret of a resource server, long enough'
const server = { client_id: 'library', client_secret: SECRET }
const CLIENTS = JSON.stringify([
  {
    client_id: 'library',
    introspection: true,
    grant_types: [],
    client_secret_sha256: sha256(SECRET),
  },
])

t.test('RFC 7662 §2.2: what a living access token is, and no more than that', async (t) => {
  const door = await openDoor(t, { CLIENTS })
  const client = await door.register()
  const { access_token } = await door.connect(client, { scope: 'school:read' })
  const answer = await door.post('/introspect', { ...server, token: access_token })
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.strictSame(answer.json(), {
    active: true,
    iss: 'http://localhost:3000',
    aud: 'http://localhost:3000/mcp',
    sub: personIdOf(ISSUER, 'sub-ender'),
    client_id: client.client_id,
    scope: 'school:read',
    token_type: 'Bearer',
    exp: Math.floor(door.clock.now / 1000) + 3600,
  })
})

t.test(
  'RFC 7662 §2.2: expired, revoked, malformed, unknown, a refresh token or a code: not active, and why is not said',
  async (t) => {
    const door = await openDoor(t, { CLIENTS })
    const client = await door.register()
    const living = await door.connect(client)
    const revoked = await door.connect(client)
    await door.post('/revoke', { token: revoked.access_token, client_id: client.client_id })
    const { code } = await door.authorize(client)
    for (const token of [
      revoked.access_token,
      living.refresh_token,
      code,
      'x',
      `${living.access_token}x`,
    ]) {
      t.strictSame((await door.post('/introspect', { ...server, token })).json(), { active: false })
    }
    door.clock.now += 3_600_000
    t.strictSame(
      (await door.post('/introspect', { ...server, token: living.access_token })).json(),
      { active: false },
    )
    t.match((await door.post('/introspect', server)).json(), { error: 'invalid_request' })
  },
)

t.test('RFC 7662 §2.1: a hint that is wrong does not hide the token', async (t) => {
  const door = await openDoor(t, { CLIENTS })
  const { access_token: token } = await door.connect(await door.register())
  for (const token_type_hint of ['refresh_token', 'something_else']) {
    const answer = await door.post('/introspect', { ...server, token, token_type_hint })
    t.match(answer.json(), { active: true }, token_type_hint)
  }
})

t.test(
  'RFC 7662 §2.1, §4: only a resource server that the operator registered may ask',
  async (t) => {
    const door = await openDoor(t, { CLIENTS })
    const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
    const { access_token: token } = await door.connect(client)
    const credentials = { client_id: client.client_id, client_secret: client.client_secret ?? '' }
    const self = await door.post('/introspect', { ...credentials, token })
    t.match([self.statusCode, self.json()], [403, { error: 'unauthorized_client' }])
    for (const nobody of [
      { client_id: 'library' },
      { client_id: 'library', client_secret: 'x' },
      { client_id: 'x' },
    ]) {
      const answer = await door.post('/introspect', { ...nobody, token })
      t.match([answer.statusCode, answer.json()], [401, { error: 'invalid_client' }])
    }
    const bearer = await door.app.inject({
      method: 'POST',
      url: '/introspect',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: `token=${token}`,
    })
    t.equal(bearer.statusCode, 401)
  },
)
