import t from 'tap'
import { openDoor, refreshment } from '../support/door.ts'

t.test(
  'RFC 7009 §2: a public client revokes its token, of either kind, and the grant dies',
  async (t) => {
    for (const kind of ['access_token', 'refresh_token'] as const) {
      const door = await openDoor(t)
      const client = await door.register()
      const tokens = await door.connect(client)
      const response = await door.post('/revoke', {
        token: tokens[kind],
        client_id: client.client_id,
        token_type_hint: 'something_else',
      })
      t.equal(response.statusCode, 200, kind)
      const refresh = await door.post('/token', refreshment(client, tokens.refresh_token))
      t.match([refresh.statusCode, refresh.json()], [400, { error: 'invalid_grant' }])
      const call = await door.app.inject({
        method: 'POST',
        url: '/mcp',
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
      t.equal(call.statusCode, 401)
    }
  },
)

t.test('RFC 7009 §2.2: an unknown token is a success', async (t) => {
  const door = await openDoor(t)
  const { client_id } = await door.register()
  for (const token of ['x', 'bsg_at_', `bsg_rt_${'A'.repeat(22)}.${'B'.repeat(43)}`]) {
    t.equal((await door.post('/revoke', { token, client_id })).statusCode, 200)
  }
})

t.test('RFC 7009 §2.1: a hint that is wrong does not hide the token', async (t) => {
  for (const [kind, token_type_hint] of [
    ['access_token', 'refresh_token'],
    ['refresh_token', 'access_token'],
  ] as const) {
    const door = await openDoor(t)
    const client = await door.register()
    const tokens = await door.connect(client)
    const { client_id } = client
    const revoked = await door.post('/revoke', { token: tokens[kind], client_id, token_type_hint })
    t.equal(revoked.statusCode, 200, kind)
    const refresh = await door.post('/token', refreshment(client, tokens.refresh_token))
    t.match([refresh.statusCode, refresh.json()], [400, { error: 'invalid_grant' }], kind)
  }
})

t.test('RFC 7009 §2.1: another client’s token is refused and lives on', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ client_name: 'mine' })
  const other = await door.register({ client_name: 'other' })
  const tokens = await door.connect(client)
  const response = await door.post('/revoke', {
    token: tokens.access_token,
    client_id: other.client_id,
  })
  t.match([response.statusCode, response.json()], [400, { error: 'invalid_grant' }])
  t.equal((await door.post('/token', refreshment(client, tokens.refresh_token))).statusCode, 200)
})

t.test(
  'RFC 7009 §5: a body that is too large is refused before a client is looked up',
  async (t) => {
    const door = await openDoor(t)
    const response = await door.post('/revoke', { token: 'x'.repeat(70_000) })
    t.match([response.statusCode, response.json()], [413, { error: 'invalid_request' }])
  },
)

t.test('RFC 7009 §2.1: a confidential client authenticates', async (t) => {
  const door = await openDoor(t)
  const client = await door.register({ token_endpoint_auth_method: 'client_secret_post' })
  const tokens = await door.connect(client)
  const response = await door.post('/revoke', {
    token: tokens.access_token,
    client_id: client.client_id,
  })
  t.match([response.statusCode, response.json()], [401, { error: 'invalid_client' }])
  t.match((await door.post('/revoke', { client_id: client.client_id })).json(), {
    error: 'invalid_request',
  })
})

t.test('RFC 7009 §2.1: a refresh token that was rotated still ends its grant', async (t) => {
  const door = await openDoor(t)
  const client = await door.register()
  const first = await door.connect(client)
  const second = (await door.post('/token', refreshment(client, first.refresh_token))).json()
  const { client_id } = client
  const response = await door.post('/revoke', { token: first.refresh_token, client_id })
  t.equal(response.statusCode, 200)
  t.equal((await door.post('/token', refreshment(client, second.refresh_token))).statusCode, 400)
  t.same(await door.store.grantsOf({ client_id }), [])
})

t.test(
  'RFC 7009 §2.1: only the grant of the token dies, the person’s others live on',
  async (t) => {
    const door = await openDoor(t)
    const client = await door.register()
    const earlier = await door.connect(client)
    const later = await door.connect(client)
    const { client_id } = client
    await door.post('/revoke', { token: later.access_token, client_id })
    t.equal((await door.post('/token', refreshment(client, later.refresh_token))).statusCode, 400)
    t.equal((await door.post('/token', refreshment(client, earlier.refresh_token))).statusCode, 200)
  },
)
